"""`picturebook models`: what the catalogue knows."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.ending import ending_well

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from rich.table import Table

    from picturebook.catalogue import Catalogue
    from picturebook.catalogue.catalogue import Retired


def models(as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False) -> None:
    """List the image models: sizes, qualities, what one picture costs, and which are retired or about to be."""
    with ending_well():
        from rich.console import Console  # noqa: PLC0415  --help needs none of it

        from local.cli.displays import print_json_line  # noqa: PLC0415
        from picturebook.catalogue import load_catalogue  # noqa: PLC0415

        catalogue, today = load_catalogue(), datetime.now(UTC).date()
        if as_json:
            print_json_line(sys.stdout, models_document(catalogue, today=today))
        else:
            console = Console()
            console.print(models_table(catalogue))
            for table in retired_tables(catalogue, today=today):
                console.print(table)


def models_table(catalogue: Catalogue) -> Table:
    """Return the models that stay, a line each, with the price of a picture by quality."""
    from rich import box  # noqa: PLC0415  as above
    from rich.table import Table  # noqa: PLC0415

    specs = [catalogue.spec(name) for name in catalogue.names]
    qualities = list(dict.fromkeys(quality for spec in specs for quality in spec.qualities))
    table = Table(title="A picture by each model and quality, US$ at most", title_justify="left", box=box.SIMPLE)
    table.add_column("Model", no_wrap=True)
    for quality in qualities:
        table.add_column(quality, justify="right", no_wrap=True)
    for spec in specs:
        prices = _prices(catalogue, spec.name)
        table.add_row(spec.name, *(prices.get(quality, "-") for quality in qualities))
    notes = {f"{spec.default_size} unless a story says otherwise. Sizes: {spec.size_rule}." for spec in specs}
    table.caption = "\n".join(sorted(notes))
    table.caption_justify = "left"
    return table


def retired_tables(catalogue: Catalogue, *, today: date) -> list[Table]:
    """Return the models that are gone, then those about to be, with what draws in their place; no empty table."""
    gone = {name: entry for name, entry in catalogue.retired.items() if entry.is_gone(today)}
    going = {name: entry for name, entry in catalogue.retired.items() if name not in gone}
    tables = (("Retired models", "Ended on", gone), ("Models that will be retired", "Ends on", going))
    return [_retired_table(title, when, entries) for title, when, entries in tables if entries]


def _retired_table(title: str, when: str, entries: Mapping[str, Retired]) -> Table:
    from rich import box  # noqa: PLC0415  as above
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    for heading in ("Model", when, "Replaced by"):
        table.add_column(heading)
    for name, entry in entries.items():
        table.add_row(name, entry.retired_on, entry.replaced_by)
    return table


def models_document(catalogue: Catalogue, *, today: date) -> dict[str, object]:
    """Return the whole catalogue for scripts; prices in US$ for one picture of the default size, at most."""
    return {
        "models": [
            {
                "name": name,
                "default_size": catalogue.spec(name).default_size,
                "most_references": catalogue.spec(name).most_references,
                "worst_cost_usd": _prices(catalogue, name),
            }
            for name in catalogue.names
        ],
        "retired": {
            name: {**entry.model_dump(), "is_gone": entry.is_gone(today)} for name, entry in catalogue.retired.items()
        },
    }


def _prices(catalogue: Catalogue, name: str) -> dict[str, str]:
    spec = catalogue.spec(name)
    return {
        # A prompt of ours has about 1,500 characters, and two characters are on a page.
        quality: _price(spec.worst_cost(size=spec.default_size, quality=quality, prompt_bytes=1500, references=2))
        for quality in spec.qualities
    }


def _price(usd: Decimal | None) -> str:
    return "unknown" if usd is None else str(usd)
