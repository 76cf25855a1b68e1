"""Explains an estimate in sentences, for `picturebook estimate` and before a purchase. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from local.cli.amounts import max_amount
from local.cli.estimates.forecast import Forecast
from local.cli.model_notices import retirement_notice
from picturebook.planning import Estimate, total_usd

_OWN_WORDS = "Where it does not pay for a text, the story's own words are used."


def sentences(forecast: Forecast) -> Iterator[str]:
    """Explain the total: what it buys, what is unknown in it, and which costs may be added."""
    estimate = forecast.estimate
    yield sum_sentence(estimate)
    if estimate.is_accepted:
        yield "This exact story was accepted before: uploading it again buys no picture."
    if estimate.asks_for_looks or estimate.asks_for_style:
        yield _unwritten(estimate)
    if estimate.is_in_own_words:
        yield "The story's maximum is too low to have appearances or style written: the story's own words are used."
    yield from further_takes(estimate)
    if estimate.plan.story.max_cost_usd is not None:
        yield f"The story's maximum is US${estimate.plan.story.max_cost_usd}: it would be accepted."
    for retirement in forecast.retiring:
        yield retirement_notice(retirement, drawn_by=estimate.plan.options.model)
    if forecast.is_first:
        yield (
            "This is the price of a first upload. With --local, --endpoint-url or --deployed, pictures that the "
            "deployment already has cost nothing."
        )


def sum_sentence(estimate: Estimate) -> str:
    """Return what would be bought, and the most that it may cost."""
    options, maximum = estimate.plan.options, estimate.plan.story.max_cost_usd
    new = sum(map(estimate.is_bought, estimate.plan.messages))
    if not new and not estimate.all_usd and estimate.all_usd is not None:
        return "Nothing would be bought: US$0."
    pictures = f"{new} picture{'' if new == 1 else 's'}"
    what = f"{pictures} by {options.model}, {options.size}, {options.quality} quality{_writer(estimate)}"
    if estimate.at_most_usd is None:
        return f"{what}: the price is unknown."
    if estimate.is_capped:
        return f"{what}: at most US${maximum}, the story's maximum. " + _OWN_WORDS
    limit = f", and never more than US${maximum}" if maximum is not None else ""
    return f"{what}: at most US{max_amount(estimate.at_most_usd)} if each is bought once{limit}."


def further_takes(estimate: Estimate) -> Iterator[str]:
    """Yield what further takes after failed checks may cost in addition; nothing if no picture is drawn."""
    amount, maximum = estimate.further_takes_usd, estimate.plan.story.max_cost_usd
    if amount == 0:
        return
    again = "A picture that fails its checks is drawn once more"
    if maximum is not None and estimate.at_most_usd is not None:
        yield f"{again} if the maximum allows it. It leaves at least US{max_amount(maximum - estimate.at_most_usd)}."
    elif amount is None:
        yield f"{again}. The price is unknown."
    else:
        yield f"{again}. For all pictures together that would cost at most US{max_amount(amount)} more."


def _writer(estimate: Estimate) -> str:
    words = total_usd([estimate.bible_usd, *map(estimate.words_usd, estimate.plan.messages)])
    return f", words by {estimate.plan.texts.bible.chat_model}" if words != 0 else ""


def _unwritten(estimate: Estimate) -> str:
    names, style = estimate.asks_for_looks, estimate.asks_for_style
    appearances = [f"the appearance of {_listed(names)}"] if names else []
    missing = ", and ".join([*appearances, *(["the style"] if style else [])])
    return (
        f"Not written yet: {missing}. Pictures that depend on them count as new. Their prices assume the longest words "
        "that may be written."
    )


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
