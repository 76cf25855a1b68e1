"""Validates an image request as strictly as the provider does, parameter by parameter.

Source of the rules: field notes "OpenAI images", `openai/types/image_generate_params.py` (3.54.0), and the
data file for everything that differs between models.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.image_service.api_errors import ApiError, invalid_value, missing_parameter, unknown_parameter, wrong_type
from local.image_service.image_size import resolve_size
from local.image_service.provider_models import ImageModel, find_image_model, provider_data

COMMON_PARAMETERS = frozenset({"prompt", "model", "n", "size", "quality", "user"})
GPT_IMAGE_PARAMETERS = frozenset(
    {
        *("background", "output_format", "output_compression"),
        *("moderation", "stream", "partial_images", "safety_identifier"),
    }
)
DALL_E_PARAMETERS = frozenset({"response_format"})
EDIT_PARAMETERS = frozenset({"image", "image[]", "mask", "input_fidelity"})
BACKGROUNDS = ("transparent", "opaque", "auto")
FORMATS = ("png", "webp", "jpeg")


@dataclass(frozen=True, kw_only=True)
class ImageRequest:
    """A request that the model accepts, every `auto` resolved. Sizes are in pixels, `compression` is 0-100."""

    model: ImageModel
    prompt: str
    n: int
    width: int
    height: int
    quality: str
    transparent: bool
    output_format: str
    compression: int
    moderation: str

    @property
    def size(self) -> str:
        """The size as the API writes it."""
        return f"{self.width}x{self.height}"

    @property
    def background(self) -> str:
        """The background as the answer names it."""
        return "transparent" if self.transparent else "opaque"


def validate_image_request(fields: Mapping[str, Any], *, is_edit: bool, now: float) -> ImageRequest:
    """Return the accepted request; raises `ApiError` for the first parameter the model refuses.

    `fields` holds JSON values, or strings from a form; parameters given as null count as absent.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    model = find_image_model(_text(given, "model", default="gpt-image-2"), now)
    if is_edit and model.is_dall_e:
        raise invalid_value("model", f"Invalid value: '{model.name}'. This model does not edit images.")
    _refuse_unknown(given, model, is_edit=is_edit)
    _refuse_streaming(given)
    auto = provider_data()["auto"]
    width, height = resolve_size(model, _text(given, "size", default="auto"), auto=auto["size"])
    quality = _choice(given, "quality", model.qualities, default=model.qualities[0] if model.is_dall_e else "auto")
    _choice(given, "response_format", ("b64_json",), default="b64_json")
    if "style" in given:
        _choice(given, "style", tuple(model.family["styles"]), default="vivid")
    output_format = _choice(given, "output_format", FORMATS, default="png")
    return ImageRequest(
        model=model,
        prompt=_prompt(given, longest=model.family["prompt_characters"]),
        n=_whole_number(given, "n", 1, model.family.get("most_images", provider_data()["limits"]["images"]), default=1),
        width=width,
        height=height,
        quality=auto["quality"] if quality == "auto" else quality,
        transparent=_transparent(given, output_format),
        output_format=output_format,
        compression=_compression(given, output_format),
        moderation=_choice(given, "moderation", ("auto", "low"), default="auto"),
    )


def _refuse_unknown(given: Mapping[str, Any], model: ImageModel, *, is_edit: bool) -> None:
    known = COMMON_PARAMETERS | (DALL_E_PARAMETERS if model.is_dall_e else GPT_IMAGE_PARAMETERS)
    known |= EDIT_PARAMETERS if is_edit else frozenset()
    known |= frozenset({"style"}) if "styles" in model.family else frozenset()
    for name in given:
        if name not in known:
            raise unknown_parameter(name)
    if "input_fidelity" in given:
        _refuse_fidelity(str(given["input_fidelity"]), model)


def _refuse_fidelity(value: str, model: ImageModel) -> None:
    if not model.input_fidelity:
        message = f"The model '{model.name}' does not support the 'input_fidelity' parameter."
        raise invalid_value("input_fidelity", message, code="invalid_input_fidelity_model")
    if value not in model.input_fidelity:
        raise _not_among("input_fidelity", value, model.input_fidelity)


def _refuse_streaming(given: Mapping[str, Any]) -> None:
    if str(given.get("stream", False)).lower() not in ("false", "0"):
        raise invalid_value("stream", "This service does not stream images: leave 'stream' out or set it to false.")
    if "partial_images" in given:
        message = "'partial_images' is only supported together with 'stream', which this service does not offer."
        raise invalid_value("partial_images", message)


def _text(given: Mapping[str, Any], name: str, *, default: str) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        raise wrong_type(name, "a string")
    return value


def _prompt(given: Mapping[str, Any], *, longest: int) -> str:
    if "prompt" not in given:
        raise missing_parameter("prompt")
    prompt = _text(given, "prompt", default="")
    if not prompt.strip():
        raise invalid_value("prompt", "Invalid 'prompt': it must not be empty.")
    if len(prompt) > longest:
        message = f"Invalid 'prompt': string too long. Expected at most {longest} characters, got {len(prompt)}."
        raise invalid_value("prompt", message, code="string_above_max_length")
    return prompt


def _choice(given: Mapping[str, Any], name: str, allowed: tuple[str, ...], *, default: str) -> str:
    value = _text(given, name, default=default)
    if value not in allowed:
        raise _not_among(name, value, allowed)
    return value


def _not_among(name: str, value: str, allowed: tuple[str, ...]) -> ApiError:
    choices = ", ".join(f"'{choice}'" for choice in allowed)
    return invalid_value(name, f"Invalid value: '{value}'. Supported values are: {choices}.")


def _whole_number(given: Mapping[str, Any], name: str, low: int, high: int, *, default: int) -> int:
    value = given.get(name, default)
    if isinstance(value, str) and value.lstrip("-").isdigit():
        value = int(value)  # the fields of a form are strings
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type(name, "an integer")
    if not low <= value <= high:
        raise invalid_value(name, f"Invalid '{name}': expected a value from {low} to {high}, got {value}.")
    return value


def _transparent(given: Mapping[str, Any], output_format: str) -> bool:
    background = _choice(given, "background", BACKGROUNDS, default="auto")
    if background == "transparent" and output_format == "jpeg":
        raise invalid_value("background", "Transparent background is not supported for the 'jpeg' output format.")
    return background == "transparent"


def _compression(given: Mapping[str, Any], output_format: str) -> int:
    if "output_compression" in given and output_format == "png":
        message = "'output_compression' is only supported for the 'jpeg' and 'webp' output formats."
        raise invalid_value("output_compression", message)
    return _whole_number(given, "output_compression", 0, 100, default=100)
