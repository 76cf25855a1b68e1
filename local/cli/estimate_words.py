"""What is said of an estimate in sentences, by `picturebook estimate` and before anything is bought. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.cli.amounts import most
from local.cli.retired_model import retiring_model
from picturebook.catalogue import Retirement
from picturebook.planning import Estimate, total_usd


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate, and the story's models that go; `is_first` where no deployment was looked at."""

    estimate: Estimate
    retiring: Sequence[Retirement]
    is_first: bool


def sentences(forecast: Forecast) -> Iterator[str]:
    """Say what the table's sum is, what is unknown in it, and what may come beside it."""
    estimate = forecast.estimate
    yield sum_sentence(estimate)
    if estimate.is_accepted:
        yield "This very story was accepted before: none of its pictures is bought for coming again."
    if estimate.asks_for_looks or estimate.asks_for_style:
        yield _unwritten(estimate)
    if estimate.is_in_own_words:
        yield "The maximum leaves too little to have looks or style written: the story's own words stand."
    yield from further_takes(estimate)
    if estimate.plan.story.max_cost_usd is not None:
        yield f"The story's maximum is US${estimate.plan.story.max_cost_usd}: it would be accepted."
    for retirement in forecast.retiring:
        yield retiring_model(retirement, drawn_by=estimate.plan.options.model)
    if forecast.is_first:
        yield "This is a first upload. --local, --endpoint-url or --deployed looks at what is drawn already."


def sum_sentence(estimate: Estimate) -> str:
    """Say what will be bought, and what it may cost at the most."""
    options, maximum = estimate.plan.options, estimate.plan.story.max_cost_usd
    new = sum(map(estimate.is_bought, estimate.plan.messages))
    if not new and not estimate.all_usd and estimate.all_usd is not None:
        return "Nothing is to be bought: US$0."
    pictures = f"{new} picture{'' if new == 1 else 's'}"
    what = f"{pictures} by {options.model}, {options.size}, {options.quality} quality{_writer(estimate)}"
    if estimate.at_most_usd is None:
        return f"{what}: at a price that is unknown."
    if estimate.is_capped:
        return f"{what}: at most US${maximum}, the story's maximum; words that it does not allow are the story's own."
    limit = f", and never more than US${maximum}" if maximum is not None else ""
    return f"{what}: at most US{most(estimate.at_most_usd)} if each is bought once{limit}."


def further_takes(estimate: Estimate) -> Iterator[str]:
    """Say what the quality gate may cost beside the sum; nothing where nothing is drawn."""
    amount, maximum = estimate.further_takes_usd, estimate.plan.story.max_cost_usd
    if amount == 0:
        return
    again = "A picture that does not pass its checks is drawn once more"
    if maximum is not None and estimate.at_most_usd is not None:
        yield f"{again}, where the maximum leaves enough: US{most(maximum - estimate.at_most_usd)} at the least."
    elif amount is None:
        yield f"{again}, at a price that is unknown."
    else:
        yield f"{again}: for all of them, US{most(amount)} more."


def _writer(estimate: Estimate) -> str:
    words = total_usd([estimate.bible_usd, *map(estimate.words_usd, estimate.plan.messages)])
    return f", words by {estimate.plan.words.bible.chat_model}" if words != 0 else ""


def _unwritten(estimate: Estimate) -> str:
    names, style = estimate.asks_for_looks, estimate.asks_for_style
    looks = [f"the look{'' if len(names) == 1 else 's'} of {_listed(names)}"] if names else []
    missing = ", and ".join([*looks, *(["the style"] if style else [])])
    return (
        f"Not written yet: {missing}. Pictures that follow them are new, and priced with the longest words that may be "
        "written."
    )


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
