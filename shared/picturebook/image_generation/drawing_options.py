"""What all pictures of one call have in common, settled before the first of them is drawn."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from picturebook.adapters.system_clock import SystemClock
from picturebook.image_generation.concurrent_drawing import DrawingCall
from picturebook.image_generation.input_checks import invalid
from picturebook.image_generation.model_choice import CallChoice, PictureOptions, choose_model
from picturebook.models.pictures import Reference
from picturebook.models.story import OnUnknown
from picturebook.ports.image_store import ImageStore

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ImageCall = Callable[..., Awaitable[str]]

# Whoever names no style gets pictures that go together all the same.
DEFAULT_ART_STYLE = "warm, gentle watercolour illustration for a children's picture book, soft edges, clear colours"


@dataclass(frozen=True, slots=True)
class CallOptions:
    """The keyword arguments that both `generate_…` functions hand on. `art_style` is words for the prompt."""

    size: str
    quality: str
    style: str | None
    art_style: str
    store: ImageStore | None
    timeout_seconds: float
    on_unknown: OnUnknown
    image_call: ImageCall
    options: PictureOptions


@dataclass(frozen=True, slots=True)
class DrawingSetup:
    """A client with a chosen model, ready to draw prompts."""

    client: AsyncOpenAI
    choice: CallChoice
    wishes: CallOptions
    most_references: int = field(default=0)

    def drawing(self, prompt: str, references: Sequence[Reference] = ()) -> DrawingCall:
        """Return the call that draws `prompt`, for somebody to make."""
        choice, wishes = self.choice, self.wishes
        return functools.partial(
            wishes.image_call,
            self.client,
            choice.model,
            prompt + choice.style_words,
            choice.size,
            choice.quality,
            style=choice.style,
            references=tuple(references),
            store=wishes.store,
            timeout_seconds=wishes.timeout_seconds,
            on_unknown=wishes.on_unknown,
            # An `image_call` of the caller's own need not know what nobody asked for.
            **{name: value for name, value in asdict(choice.options).items() if value is not None},
        )


async def set_up(client: AsyncOpenAI, model: str, wishes: CallOptions, *, source: str) -> DrawingSetup:
    """Choose the model and check what all pictures share; raises ImageValidationError."""
    if not isinstance(wishes.art_style, str) or not wishes.art_style.strip():
        raise invalid(
            "art_style",
            "Invalid art style",
            provided=type(wishes.art_style).__name__,
            accepted="words that describe how the pictures look",
            source=source,
        )
    choice = await choose_model(
        client,
        model=model,
        size=wishes.size,
        quality=wishes.quality,
        style=wishes.style,
        today=SystemClock().now().date(),
        options=wishes.options,
    )
    # Of a model that only the endpoint knows, nobody has said that it takes references: DALL-E 3 does not.
    return DrawingSetup(client, choice, wishes, choice.spec.most_references if choice.spec else 0)
