"""The options that all pictures of one call share, checked before the first picture is drawn."""

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

# Callers that name no style still get pictures that match each other.
DEFAULT_ART_STYLE = "warm, gentle watercolour illustration for a children's picture book, soft edges, clear colours"


@dataclass(frozen=True, slots=True)
class CallOptions:
    """The keyword arguments that both `generate_…` functions share. `art_style` is text for the prompt."""

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
    call_options: CallOptions
    most_references: int = field(default=0)

    def drawing(self, prompt: str, references: Sequence[Reference] = ()) -> DrawingCall:
        """Return the call that draws `prompt`; it is not yet made."""
        choice, call_options = self.choice, self.call_options
        return functools.partial(
            call_options.image_call,
            self.client,
            choice.model,
            prompt + choice.style_text,
            choice.size,
            choice.quality,
            style=choice.style,
            references=tuple(references),
            store=call_options.store,
            timeout_seconds=call_options.timeout_seconds,
            on_unknown=call_options.on_unknown,
            # The caller's own `image_call` need not accept options that were not given.
            **{name: value for name, value in asdict(choice.options).items() if value is not None},
        )


async def set_up(client: AsyncOpenAI, model: str, call_options: CallOptions, *, source: str) -> DrawingSetup:
    """Choose the model and check what all pictures share; raises ImageValidationError."""
    if not isinstance(call_options.art_style, str) or not call_options.art_style.strip():
        raise invalid(
            "art_style",
            "Invalid art style",
            provided=type(call_options.art_style).__name__,
            accepted="words that describe how the pictures look",
            source=source,
        )
    choice = await choose_model(
        client,
        model=model,
        size=call_options.size,
        quality=call_options.quality,
        style=call_options.style,
        today=SystemClock().now().date(),
        options=call_options.options,
    )
    # A model that only the endpoint knows may not take references: DALL-E 3 does not.
    return DrawingSetup(client, choice, call_options, choice.spec.most_references if choice.spec else 0)
