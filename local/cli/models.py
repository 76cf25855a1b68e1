"""`picturebook models`: what the catalogue knows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.ending import ending_well

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.table import Table

    from picturebook.catalogue import Catalogue


def models(as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False) -> None:
    """List the image models: sizes, qualities, what one picture costs, and which models are retired."""
    with ending_well():
        from rich.console import Console  # noqa: PLC0415  --help needs none of it

        from local.cli.displays import print_json_line  # noqa: PLC0415
        from picturebook.catalogue import load_catalogue  # noqa: PLC0415

        catalogue = load_catalogue()
        if as_json:
            print_json_line(sys.stdout, models_document(catalogue))
        else:
            console = Console()
            console.print(models_table(catalogue))
            console.print(retired_table(catalogue))


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


def retired_table(catalogue: Catalogue) -> Table:
    """Return the models that are gone or about to be, and what draws in their place."""
    from rich import box  # noqa: PLC0415  as above
    from rich.table import Table  # noqa: PLC0415

    table = Table(title="Retired models", title_justify="left", box=box.SIMPLE)
    for heading in ("Model", "Ends on", "Replaced by"):
        table.add_column(heading)
    for name, gone in catalogue.retired.items():
        table.add_row(name, gone.retired_on, gone.replaced_by)
    return table


def models_document(catalogue: Catalogue) -> dict[str, object]:
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
        "retired": {name: gone.model_dump() for name, gone in catalogue.retired.items()},
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
