"""Prints an estimate as a table, and returns the same as a document for scripts. Pure but for the printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cli.amounts import exact, max_amount
from local.cli.estimates.estimate_sentences import sentences
from local.cli.estimates.forecast import Forecast
from local.cli.progress.story_progress import label_of
from picturebook.catalogue import Retirement
from picturebook.models.messages import AnyDrawMessage
from picturebook.planning import Estimate, total_usd

_NOTHING = "-"
_STATES = _NEW, _DRAWN, _NOT_BOUGHT = ("new", "drawn already", "not bought")


def print_estimate(forecast: Forecast, console: Console) -> None:
    """Print the estimate for a person."""
    console.print(_table(forecast.estimate))
    for sentence in sentences(forecast):
        console.print(Text(sentence))


def estimate_document(forecast: Forecast) -> dict[str, object]:
    """Return the estimate for scripts; amounts are text, "unknown" where a price is unknown."""
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
        "chat_model": plan.texts.bible.chat_model,
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
        "state": _state(message, estimate),
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
    # In a narrow terminal names are folded, and amounts are never cut.
    table.add_column("Picture", max_width=32, overflow="fold")
    table.add_column("State", no_wrap=True)
    for heading in ("Image", "Words", "At most"):
        table.add_column(heading, justify="right", no_wrap=True)
    for message in estimate.plan.messages:
        state = _state(message, estimate)
        amounts = (f(message) for f in (estimate.image_usd, estimate.words_usd, estimate.picture_usd))
        table.add_row(Text(label_of(message)), Text(state, style="" if state == _NEW else "dim"), *map(_cell, amounts))
    if estimate.bible_usd != 0:
        table.add_row("The bible", _unwritten_text(estimate), _NOTHING, *[_cell(estimate.bible_usd)] * 2)
    table.add_section()
    for group in _groups(estimate):
        total = _cell(total_usd(group.amounts))
        table.add_row(group.name.capitalize(), _counted(group, estimate), *group.columns(total), total)
    table.add_row("In all", "", "", "", Text(max_amount(estimate.all_usd), style="bold"))
    return table


@dataclass(frozen=True, slots=True)
class _Group:
    """Amounts with one total, and the draw messages that some of them belong to."""

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
    counts = Counter(_state(message, estimate) for message in group.messages)
    return ", ".join(f"{counts[state]} {state}" for state in _STATES if counts[state])


def _state(message: AnyDrawMessage, estimate: Estimate) -> str:
    """Return the state of a picture; a picture that failed in the same story before is not bought again."""
    if estimate.is_bought(message):
        return _NEW
    return _DRAWN if message.is_drawn_already else _NOT_BOUGHT


def _cell(amount: Decimal | None) -> str:
    return _NOTHING if amount == 0 else max_amount(amount)


def _unwritten_text(estimate: Estimate) -> str:
    count, style = len(estimate.asks_for_looks), estimate.asks_for_style
    return ", ".join([f"{count} appearance{'' if count == 1 else 's'}"] * bool(count) + ["style"] * style)
