"""`picturebook schemas`: JSON Schemas of stories, messages, events and the manifest, made from the pydantic models."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from pydantic import BaseModel

from local.cli.error_exit import exit_on_error
from local.cli.exit_status import BadInputError
from local.event_reference.schemas import event_schemas
from picturebook.book.manifest import Manifest
from picturebook.events import Event
from picturebook.models.control import CONTROL_MESSAGES
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.models.story import Story

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas(
    name: Annotated[
        str | None,
        typer.Argument(
            help="story, draw_character, draw_page, cancel, redraw, resolve, event, manifest or an event type.",
            show_default="all",
        ),
    ] = None,
) -> None:
    """Print JSON Schemas of stories, messages, events and manifest.

    The schemas are in the dialect 2020-12.
    """
    with exit_on_error():
        documents = all_schemas()
        if name is not None and name not in documents:
            raise BadInputError(f"There is no schema {name}.\n  accepted: {', '.join(documents)}", field="name")
        typer.echo(json.dumps(documents if name is None else documents[name], indent=2, ensure_ascii=False))


def all_schemas() -> dict[str, object]:
    """Return each schema by its name."""
    models: dict[str, type[BaseModel]] = {
        "story": Story,
        "draw_character": DrawCharacterMessage,
        "draw_page": DrawPageMessage,
        **CONTROL_MESSAGES,
        "event": Event,
        "manifest": Manifest,
    }
    documents = {name: {"$schema": _DIALECT, **model.model_json_schema()} for name, model in models.items()}
    return {**documents, **event_schemas()}
