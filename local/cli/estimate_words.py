"""What is said of an estimate: the table of `picturebook estimate`, and sentences that others say too. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cli.amounts import exact, most
from local.cli.progress import label_of
from local.cli.retired_model import retiring_model
from picturebook.catalogue import Retirement
from picturebook.models.messages import AnyDrawMessage
from picturebook.planning import Estimate, total_usd

_NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate, and the story's models that go; `is_first` where no deployment was looked at."""

    estimate: Estimate
    retiring: Sequence[Retirement]
    is_first: bool


def print_estimate(forecast: Forecast, console: Console) -> None:
    """Print everything for people."""
    console.print(_table(forecast.estimate))
    for sentence in sentences(forecast):
        console.print(Text(sentence))


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


def estimate_document(forecast: Forecast) -> dict[str, object]:
    """Return everything for scripts; amounts are text, "unknown" where nobody knows."""
    estimate = forecast.estimate
    plan, maximum = estimate.plan, estimate.plan.story.max_cost_usd
    return {
        "type": "estimate",
        "story_id": plan.story.story_id,
        "revision": plan.revision,
        "is_first_upload": forecast.is_first,
        "is_accepted_already": estimate.is_accepted,
        "model": plan.options.model,
        "size": plan.options.size,
        "quality": plan.options.quality,
        "chat_model": plan.words.bible.chat_model,
        "pictures": [_picture(message, estimate) for message in plan.messages],
        "bible": {
            "looks": list(estimate.asks_for_looks),
            "style": estimate.asks_for_style,
            "at_most_usd": exact(estimate.bible_usd),
        },
        "groups": {group.name: exact(total_usd(group.amounts)) for group in _groups(estimate)},
        "at_most_usd": exact(estimate.at_most_usd),
        "max_cost_usd": None if maximum is None else str(maximum),
        "would_be_accepted": True,
        "further_takes_usd": exact(estimate.further_takes_usd),
        "retiring": [_retiring(retirement) for retirement in forecast.retiring],
    }


def _picture(message: AnyDrawMessage, estimate: Estimate) -> dict[str, object]:
    return {
        "picture_id": message.picture.picture_id,
        "label": label_of(message),
        "kind": message.kind.value,
        "state": "new" if estimate.is_bought(message) else "drawn already",
        "image_usd": exact(estimate.image_usd(message)),
        "words_usd": exact(estimate.words_usd(message)),
        "at_most_usd": exact(estimate.picture_usd(message)),
    }


def _retiring(retirement: Retirement) -> dict[str, object]:
    return {
        "model": retirement.model,
        "retires_on": retirement.retires_on and retirement.retires_on.isoformat(),
        "replaced_by": retirement.replaced_by,
        "is_gone": retirement.is_gone,
        "is_replaced": retirement.is_replaced,
    }


def _table(estimate: Estimate) -> Table:
    title = Text(estimate.plan.story.title, style="bold")
    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    table.add_column("Picture", max_width=32, overflow="ellipsis", no_wrap=True)
    table.add_column("What", no_wrap=True)
    for heading in ("Image", "Words", "At most"):
        table.add_column(heading, justify="right", no_wrap=True)
    for message in estimate.plan.messages:
        amounts = (f(message) for f in (estimate.image_usd, estimate.words_usd, estimate.picture_usd))
        table.add_row(Text(label_of(message)), _state(message, estimate), *map(_cell, amounts))
    if estimate.bible_usd != 0:
        table.add_row("The bible", _asked_for(estimate), _NOTHING, *[_cell(estimate.bible_usd)] * 2)
    table.add_section()
    for group in _groups(estimate):
        total = _cell(total_usd(group.amounts))
        table.add_row(group.name.capitalize(), _counted(group, estimate), *group.columns(total), total)
    table.add_row("In all", "", "", "", Text(most(estimate.all_usd), style="bold"))
    return table


@dataclass(frozen=True, slots=True)
class _Group:
    """Amounts that are added up together, those of `messages` among them."""

    name: str
    amounts: Sequence[Decimal | None]
    messages: Sequence[AnyDrawMessage]

    def columns(self, total: str) -> tuple[str, str]:
        return (_NOTHING, total) if self.name == "words" else (total, _NOTHING)


def _groups(estimate: Estimate) -> tuple[_Group, ...]:
    plan = estimate.plan

    def group(name: str, messages: Sequence[AnyDrawMessage], usd: Callable[[AnyDrawMessage], Decimal | None]) -> _Group:
        return _Group(name, [usd(message) for message in messages], messages)

    words = group("words", plan.messages, estimate.words_usd)
    sheets = [group("sheets", plan.characters, estimate.image_usd)] if plan.characters else []
    pages = group("pages", plan.pages, estimate.image_usd)
    return (*sheets, pages, _Group(words.name, [estimate.bible_usd, *words.amounts], ()))


def _counted(group: _Group, estimate: Estimate) -> str:
    if group.name == "words":
        return ""
    new = sum(map(estimate.is_bought, group.messages))
    drawn = len(group.messages) - new
    return ", ".join(f"{count} {what}" for count, what in ((new, "new"), (drawn, "drawn already")) if count)


def _state(message: AnyDrawMessage, estimate: Estimate) -> Text:
    return Text("new") if estimate.is_bought(message) else Text("drawn already", style="dim")


def _cell(amount: Decimal | None) -> str:
    return _NOTHING if amount == 0 else most(amount)


def _writer(estimate: Estimate) -> str:
    words = total_usd([estimate.bible_usd, *map(estimate.words_usd, estimate.plan.messages)])
    return f", words by {estimate.plan.words.bible.chat_model}" if words != 0 else ""


def _asked_for(estimate: Estimate) -> str:
    looks, style = len(estimate.asks_for_looks), estimate.asks_for_style
    return ", ".join([f"{looks} look{'' if looks == 1 else 's'}"] * bool(looks) + ["style"] * style)


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
