"""`picturebook models`: what the catalogue knows."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.ending import ending_well

if TYPE_CHECKING:
    from picturebook.catalogue import Catalogue, ModelSpec

# A prompt of ours has about 1,500 characters, and two characters are on a page.
_PROMPT_BYTES, _REFERENCES = 1500, 2


def models(as_json: Annotated[bool, typer.Option("--json", help="As JSON, for scripts.")] = False) -> None:
    """List the models: what each accepts, what a picture costs, and which are retired or about to be."""
    with ending_well():
        from rich.console import Console  # noqa: PLC0415  --help needs none of it

        from local.cli.displays import print_json_line  # noqa: PLC0415
        from local.cli.model_tables import model_tables  # noqa: PLC0415
        from picturebook.catalogue import load_catalogue  # noqa: PLC0415

        catalogue, today = load_catalogue(), datetime.now(UTC).date()
        if as_json:
            print_json_line(sys.stdout, models_document(catalogue, today=today))
            return
        console = Console()
        for part in model_tables(catalogue, today=today):
            console.print(part)


def models_document(catalogue: Catalogue, *, today: date) -> dict[str, object]:
    """Return the whole catalogue for scripts; `worst_cost_usd` is one picture of the default size at the most."""
    return {
        "models": [_model(spec, today) for spec in catalogue.specs.values()],
        "chat_models": [spec.model_dump(mode="json") for spec in catalogue.chats.values()],
        "moderation_models": [spec.model_dump(mode="json") for spec in catalogue.moderations],
    }


def _model(spec: ModelSpec, today: date) -> dict[str, object]:
    return {
        **spec.model_dump(mode="json"),
        "is_gone": spec.is_gone(today),
        "worst_cost_usd": worst_costs(spec),
    }


def worst_costs(spec: ModelSpec) -> dict[str, str]:
    """Return what a picture of the default size costs at the most, in US$ by quality; "unknown" where nobody knows."""
    references = min(_REFERENCES, spec.most_references)
    costs = {
        quality: spec.max_cost(
            size=spec.default_size, quality=quality, prompt_bytes=_PROMPT_BYTES, references=references
        )
        for quality in spec.qualities
    }
    return {quality: "unknown" if usd is None else str(usd) for quality, usd in costs.items()}
