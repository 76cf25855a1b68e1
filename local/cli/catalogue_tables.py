"""The tables of `picturebook models`, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from local.cli.catalogue_document import max_costs
from picturebook.catalogue import Catalogue, ChatSpec, ModelSpec
from picturebook.catalogue.sizes import SizeRule

_NOTHING = "-"


def model_tables(catalogue: Catalogue, *, today: date) -> Iterator[RenderableType]:
    """Yield the tables in order: image models, those that are not retiring first; retirements; chat models."""
    retiring = [spec for spec in catalogue.specs.values() if spec.retires_on is not None]
    yield image_table([*(catalogue.specs[name] for name in catalogue.names), *retiring])
    yield from retired_tables(catalogue, today=today)
    yield chat_table(catalogue)


def image_table(specs: Sequence[ModelSpec]) -> Table:
    """Return what each model accepts and what a picture costs; models that differ only in name share a row."""
    table = _table("Image models")
    table.add_column("Model", no_wrap=True)
    table.add_column("What it accepts, and what it costs")
    for names, spec in _alike(specs):
        table.add_row("\n".join(names), _lines(_accepted(spec) | _costs(spec)))
        table.add_section()
    sizes = " or ".join(dict.fromkeys(spec.default_size for spec in specs))
    table.caption = (
        f"A picture: the most that it costs in US$, at the default size ({sizes}), with a page's prompt and two "
        "references if the model accepts them. Tokens: US$ per million."
    )
    table.caption_justify = "left"
    return table


def _accepted(spec: ModelSpec) -> dict[str, str]:
    return {
        "sizes": _sizes(spec),
        "quality": ", ".join(spec.qualities),
        "formats": ", ".join(spec.output_formats),
        "background": ", ".join(spec.backgrounds),
        "moderation": ", ".join(spec.moderations),
        "style": ", ".join(spec.styles),
        "prompt": f"at most {spec.most_prompt_characters:,} characters",
        "references": f"at most {spec.most_references}" if spec.most_references else "none: the model cannot edit",
        "input fidelity": ", ".join(spec.input_fidelities),
    }


def _costs(spec: ModelSpec) -> dict[str, str]:
    picture = ", ".join(f"{quality} {usd}" for quality, usd in max_costs(spec).items())
    if spec.picture_prices:
        return {"a picture": picture}
    prices = spec.prices
    tokens = (
        f"text in {prices.text_in}, image in {prices.image_in}, image out {prices.image_out}" if prices else "unknown"
    )
    return {"a picture": picture, "tokens": tokens}


def retired_tables(catalogue: Catalogue, *, today: date) -> list[Table]:
    """Return a table of retired models and one of models that will be retired, each only if it has rows."""
    retiring = [spec for spec in catalogue.specs.values() if spec.retires_on is not None]
    gone = [spec for spec in retiring if spec.is_gone(today)]
    going = [spec for spec in retiring if not spec.is_gone(today)]
    tables = (("Retired models", "Retired on", gone), ("Models that will be retired", "Retires on", going))
    return [_retired_table(title, when, specs, catalogue) for title, when, specs in tables if specs]


def _retired_table(title: str, when: str, specs: Sequence[ModelSpec], catalogue: Catalogue) -> Table:
    table = _table(title)
    for heading in ("Model", when, "Replaced by"):
        table.add_column(heading)
    for spec in specs:
        table.add_row(spec.name, str(spec.retires_on), catalogue.replacement(spec.name) or "nothing")
    return table


def chat_table(catalogue: Catalogue) -> Table:
    """Return the chat models with their prices and retirement dates."""
    table = _table("Chat models, US$ per million tokens")
    table.add_column("Model")
    table.add_column("In", justify="right")
    table.add_column("Out", justify="right")
    table.add_column("Retires on")
    for spec in catalogue.chats.values():
        table.add_row(spec.name, *_chat_prices(spec), str(spec.retires_on or _NOTHING))
    for moderation in catalogue.moderations:
        table.add_row(f"{moderation.name} (moderation)", moderation.usd_per_request, _NOTHING, _NOTHING)
    return table


def _chat_prices(spec: ChatSpec) -> tuple[str, str]:
    return (spec.prices.tokens_in, spec.prices.tokens_out) if spec.prices else ("unknown", "unknown")


def _alike(specs: Sequence[ModelSpec]) -> list[tuple[list[str], ModelSpec]]:
    """Group models that differ only in name and retirement date."""
    groups: list[tuple[list[str], ModelSpec]] = []
    for spec in specs:
        alike = [names for names, first in groups if _nameless(first) == _nameless(spec)]
        if alike:
            alike[0].append(spec.name)
        else:
            groups.append(([spec.name], spec))
    return groups


def _nameless(spec: ModelSpec) -> ModelSpec:
    return spec.model_copy(update={"name": "", "retires_on": None, "replaced_by": None})


def _sizes(spec: ModelSpec) -> str:
    if not isinstance(spec.sizes, SizeRule):
        return ", ".join(spec.sizes)
    rule = spec.sizes
    return (
        f"any with both sides divisible by {rule.multiple_of}, at most {rule.longest} pixels long and "
        f"{rule.most_ratio}:1, {rule.least_pixels:,} to {rule.most_pixels:,} pixels in all"
    )


def _lines(accepted: Mapping[str, str]) -> Text:
    lines = Text()
    for name, values in accepted.items():
        if values:
            lines.append(f"{name}: ", style="bold").append(f"{values}\n")
    lines.rstrip()
    return lines


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE)
