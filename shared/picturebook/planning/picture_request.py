"""Composes the request of a picture: the parts of its prompt, the hash that names it, and the most it may cost."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from picturebook.catalogue import ModelSpec
from picturebook.errors import ImageValidationError, InputRefusedError
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.models.picture_request import PictureRequest, PromptParts
from picturebook.planning.options import DrawingOptions
from picturebook.planning.sheets import Sheet, references_of
from picturebook.prompts.picture_prompt import character_parts, page_parts, render_prompt

DrawnMessage = TypeVar("DrawnMessage", DrawCharacterMessage, DrawPageMessage)
# More characters than a story has.
_UNCUT = 10**9


def compose_request(message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions) -> PictureRequest:
    """Compose the request of a message for a model; the same message, model and options give the same request.

    Raises InputRefusedError when what must not be dropped is longer than the model's prompts may be.
    """
    return _compose(message, spec, options, lambda _hash: message.variant)[0]


def with_request(
    message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions, seen: Counter[str]
) -> AnyDrawMessage:
    """Return the message with its request, numbered (`variant`) among those of its story that ask for the very same.

    `seen` counts the requests of the story so far.
    """

    def number(request_hash: str) -> int:
        seen[request_hash] += 1
        return seen[request_hash] - 1

    request, variant = _compose(message, spec, options, number)
    return message.model_copy(update={"request": request, "variant": variant})


def _compose(
    message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions, number: Callable[[str], int]
) -> tuple[PictureRequest, int]:
    parts = _parts_of(message)
    references = references_of(message, spec)
    prompt = _rendered(parts, message, spec, references)
    request_hash = _hash_of(prompt, 0, spec, options)
    variant = number(request_hash)
    request = PictureRequest(
        model=spec.name,
        prompt=parts,
        request_hash=_hash_of(prompt, variant, spec, options) if variant else request_hash,
        max_cost_usd=_max_cost(prompt, len(references), spec, options),
    )
    return request, variant


def priced_uncut(message: DrawnMessage, spec: ModelSpec, options: DrawingOptions) -> DrawnMessage:
    """Return a planned message whose request may cost what its prompt costs in full, however little the model takes.

    Its hash stays that of the prompt that the model takes.
    """
    request = request_of(message, spec, options)
    uncut = spec.model_copy(update={"most_prompt_characters": _UNCUT})
    references = references_of(message, spec)
    cost = _max_cost(_rendered(request.prompt, message, uncut, references), len(references), spec, options)
    return message.model_copy(update={"request": request.model_copy(update={"max_cost_usd": cost})})


def _max_cost(prompt: str, references: int, spec: ModelSpec, options: DrawingOptions) -> Decimal | None:
    return spec.max_cost(
        size=options.size, quality=options.quality, prompt_bytes=len(prompt.encode()), references=references
    )


def request_of(message: AnyDrawMessage, spec: ModelSpec, options: DrawingOptions) -> PictureRequest:
    """Return the request that the message brings.

    One is composed for a message without: a request without a story, and a message that an earlier release sent. So it
    is where the model was replaced, or its price became known or unknown, after the picture was planned.
    """
    request = message.request
    if request and request.model == spec.name and _is_priced(spec, options) == (request.max_cost_usd is not None):
        return request
    return compose_request(message, spec, options)


def _is_priced(spec: ModelSpec, options: DrawingOptions) -> bool:
    return spec.max_cost(size=options.size, quality=options.quality, prompt_bytes=0, references=0) is not None


def prompt_of(request: PictureRequest, message: AnyDrawMessage, spec: ModelSpec, sheets: Sequence[Sheet]) -> str:
    """Return the text of the prompt, which names `sheets`, those that are sent along, and no others."""
    return _rendered(request.prompt, message, spec, sheets)


def _parts_of(message: AnyDrawMessage) -> PromptParts:
    # Without the title: a publisher who corrects it does not mean to buy the book again, and models like to paint it.
    if isinstance(message, DrawCharacterMessage):
        return character_parts(message.character, style=message.style, view=message.view, palette=message.palette)
    return page_parts(message.page, message.characters, style=message.style, palette=message.palette)


def _rendered(parts: PromptParts, message: AnyDrawMessage, spec: ModelSpec, sheets: Sequence[Sheet]) -> str:
    names = [message.character.name for _ in sheets] if isinstance(message, DrawCharacterMessage) else map(str, sheets)
    try:
        return render_prompt(parts, list(names), most_characters=spec.most_prompt_characters)
    except ImageValidationError as error:
        raise InputRefusedError(
            error.message.rstrip("."),
            field=f"{message.picture.picture_id}: descriptions of its characters",
            accepted=f"fewer characters, or shorter traits and descriptions: {spec.most_prompt_characters} characters",
            reason="too_large",
            story_id=message.run.story_id if message.run else None,
        ) from error


def _hash_of(prompt: str, variant: int, spec: ModelSpec, options: DrawingOptions) -> str:
    """Return 32 hexadecimal digits that name what a picture is asked for, independent of its place in the story.

    The prompt holds the appearances of all characters on the picture and names the sheets that it follows, so a page of
    a changed character is another request. A sheet that a person had redrawn is not: what was asked for is the same.
    """
    asked = [spec.name, options.size, options.quality, spec.best_input_fidelity, prompt, variant]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=True).encode("ascii")).hexdigest()[:32]
