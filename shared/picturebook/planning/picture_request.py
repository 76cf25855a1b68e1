"""What one picture asks for: its prompt, the name of its request, and what a call may cost at the most."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal

from picturebook.catalogue import ModelSpec
from picturebook.errors import ImageValidationError, InputRefusedError
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage
from picturebook.planning.options import DrawingOptions
from picturebook.planning.sheets import Sheet, references_of
from picturebook.prompts.picture_prompt import character_prompt, page_prompt


def prompt_of(message: AnyDrawMessage, spec: ModelSpec, sheets: Sequence[Sheet] | None = None) -> str:
    """Return the prompt that a message asks for, naming the references that are sent along with it.

    `sheets` are those that there are; without them, all that the message names and the model takes.
    Raises InputRefusedError when what must not be dropped is longer than the model's prompts may be.
    """
    try:
        return _prompt_of(message, spec, references_of(message, spec) if sheets is None else sheets)
    except ImageValidationError as error:
        raise InputRefusedError(
            error.message.rstrip("."),
            field=f"{message.picture.picture_id}: descriptions of its characters",
            accepted=f"fewer characters, or shorter traits and descriptions: {spec.most_prompt_characters} characters",
            reason="too_large",
            story_id=message.run.story_id if message.run else None,
        ) from error


def _prompt_of(message: AnyDrawMessage, spec: ModelSpec, sheets: Sequence[Sheet]) -> str:
    # Without the title: whoever corrects it does not mean to buy the book again, and models like to paint it.
    if isinstance(message, DrawCharacterMessage):
        return character_prompt(
            message.character,
            style=message.style,
            view=message.view,
            palette=message.palette,
            has_reference=bool(sheets),
            most_characters=spec.most_prompt_characters,
        )
    return page_prompt(
        message.page,
        message.characters,
        style=message.style,
        palette=message.palette,
        reference_names=[str(sheet) for sheet in sheets],
        most_characters=spec.most_prompt_characters,
    )


def request_hash(message: AnyDrawMessage, spec: ModelSpec) -> str:
    """Return 32 hexadecimal digits that name what a picture is asked for, whatever its place in the story.

    Two pictures with one hash may stand for each other. The prompt holds the looks of everybody on the picture and
    whose sheets are sent along, so a page of a changed character is another request. A sheet that a person had redrawn
    is not: what was asked for is the same.
    """
    asked = [
        *(spec.name, message.size, message.quality, spec.best_input_fidelity),
        *(prompt_of(message, spec), message.variant),
    ]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=True).encode("ascii")).hexdigest()[:32]


def max_cost(message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions) -> Decimal | None:
    """Return what one call for a picture may cost at the most, in US$, or None where its price is unknown."""
    return spec.max_cost(
        size=options.size,
        quality=options.quality,
        prompt_bytes=len(prompt_of(message, spec).encode()),
        references=len(references_of(message, spec)),
    )
