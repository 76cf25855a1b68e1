"""`picturebook schemas`: JSON Schemas of what goes in and what comes out, made from the models themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from local.cli.ending import ending_well
from local.cli.exit_status import BadInputError


def schemas(
    name: Annotated[
        str | None,
        typer.Argument(
            help="story, draw_character, draw_page, cancel, redraw, resolve, event, manifest, or a detail type such as "
            "ImageCompleted.",
            show_default="all",
        ),
    ] = None,
) -> None:
    """Print the JSON Schemas (2020-12) of stories, messages, events and the manifest."""
    with ending_well():
        import json  # noqa: PLC0415  --help needs none of it

        documents = all_schemas()
        if name is not None and name not in documents:
            raise BadInputError(f"{name} is not a schema.\n  accepted: {', '.join(documents)}", field="name")
        typer.echo(json.dumps(documents if name is None else documents[name], indent=2, ensure_ascii=False))


def all_schemas() -> dict[str, object]:
    """Return each schema by its name."""
    from pydantic import BaseModel  # noqa: PLC0415  as above

    from local.event_reference.schemas import event_schemas  # noqa: PLC0415
    from picturebook.book.manifest import Manifest  # noqa: PLC0415
    from picturebook.events import Event  # noqa: PLC0415
    from picturebook.models.control import CONTROL_MESSAGES  # noqa: PLC0415
    from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage  # noqa: PLC0415
    from picturebook.models.story import Story  # noqa: PLC0415

    models: dict[str, type[BaseModel]] = {
        "story": Story,
        "draw_character": DrawCharacterMessage,
        "draw_page": DrawPageMessage,
        **CONTROL_MESSAGES,
        "event": Event,
        "manifest": Manifest,
    }
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    documents = {name: {**dialect, **model.model_json_schema()} for name, model in models.items()}
    return {**documents, **event_schemas()}
