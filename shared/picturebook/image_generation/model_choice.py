"""Chooses the model and parameters of a call: retired ones are replaced by those that are available today."""

from __future__ import annotations

import re
import warnings
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from picturebook.adapters.openai_endpoint import serves_model
from picturebook.catalogue import REPLACE_WITHIN, ModelSpec, Retirement, load_catalogue
from picturebook.image_generation.input_checks import invalid
from picturebook.image_generation.warning_categories import ModelReplacedWarning, ParameterReplacedWarning

if TYPE_CHECKING:
    from openai import AsyncOpenAI

# DALL-E's qualities, and GPT Image's names for them (design, section 3).
_QUALITIES = {"standard": "medium", "hd": "high"}
_PATTERNS = {
    # Models of other endpoints have other names (`org/model:tag`), so this is wider than a story's.
    "model": (re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}"), "the name of an image model"),
    "size": (re.compile(r"[1-9][0-9]{1,3}x[1-9][0-9]{1,3}"), "WIDTHxHEIGHT in pixels, such as 1024x1024"),
    "quality": (re.compile(r"[a-z]{1,16}"), "a quality of the model, such as low, medium or high"),
    "style": (re.compile(r"[a-z]{1,16}"), "vivid or natural"),
    "background": (re.compile(r"[a-z]{1,16}"), "auto, opaque or transparent"),
    "output_format": (re.compile(r"[a-z]{1,16}"), "png, jpeg or webp"),
    "moderation": (re.compile(r"[a-z]{1,16}"), "auto or low"),
}
_ALWAYS_SENT = ("model", "size", "quality")
_SOURCE = "choose_model"


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """Optional parameters of a picture beside its size and quality; None is not sent."""

    background: str | None = None
    output_format: str | None = None
    moderation: str | None = None


@dataclass(frozen=True, slots=True)
class CallChoice:
    """The parameters to send. `spec` is None for a model that only the endpoint knows; nothing was then checked.

    `style` is set if the model takes it; otherwise `style_text` are appended to the prompt.
    """

    model: str
    size: str
    quality: str
    style: str | None
    style_text: str
    spec: ModelSpec | None
    options: PictureOptions


_NOTHING_MORE = PictureOptions()


def default_model() -> str:
    """Return the model that replaces the seed's `dall-e-3` today."""
    return load_catalogue().spec("dall-e-3").name


async def choose_model(
    client: AsyncOpenAI,
    *,
    model: str,
    size: str,
    quality: str,
    style: str | None,
    today: date,
    options: PictureOptions = _NOTHING_MORE,
) -> CallChoice:
    """Decide what to send; warns of every parameter that is replaced.

    The default quality `standard` is replaced without a warning. Raises ImageValidationError that names the wrong
    parameter.
    """
    _check_form(model=model, size=size, quality=quality, style=style, **asdict(options))
    catalogue = load_catalogue()
    is_available = model in catalogue.specs and not catalogue.specs[model].is_gone(today + REPLACE_WITHIN)
    if not is_available and await serves_model(client, model, today=today):
        return CallChoice(model, size, quality, style, style_text="", spec=None, options=options)
    chosen = catalogue.choose(model, today=today, replace_within=REPLACE_WITHIN)
    spec = chosen.spec
    if chosen.retirement and chosen.retirement.is_replaced:
        _warn(f"{_retired(chosen.retirement)}: {spec.name} draws instead.", ModelReplacedWarning)
    if style is not None:
        _warn(f"{spec.name} takes no style: {style!r} is written into the prompt instead.", ParameterReplacedWarning)
    if quality == "hd":
        _warn(f"{spec.name} has no quality 'hd': 'high' is sent instead.", ParameterReplacedWarning)
    sent_quality = _QUALITIES.get(quality, quality)
    spec.check(size=size, quality=sent_quality, **asdict(options))
    style_text = f"\nOverall look: {style}." if style else ""
    return CallChoice(spec.name, size, sent_quality, style=None, style_text=style_text, spec=spec, options=options)


def _retired(retirement: Retirement) -> str:
    when = f"is retired as of {retirement.retires_on}" if retirement.is_gone else f"ends on {retirement.retires_on}"
    return f"{retirement.model} {when}"


def _check_form(**parameters: str | None) -> None:
    for name, value in parameters.items():
        pattern, accepted = _PATTERNS[name]
        if value is None and name not in _ALWAYS_SENT:
            continue
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise invalid(name, f"Invalid {name}", provided=repr(value)[:200], accepted=accepted, source=_SOURCE)


def _warn(message: str, category: type[UserWarning]) -> None:
    # The caller's line cannot be known through coroutines and decorators; the message says what to change.
    warnings.warn(message, category, stacklevel=3)
