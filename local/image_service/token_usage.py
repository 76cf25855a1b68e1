"""Counts tokens and money for one answer, in the provider's own terms."""

import math
from typing import Any

from local.image_service.image_request import ImageRequest
from local.image_service.provider_models import provider_data

MEGAPIXEL = 1024 * 1024


def count_text_tokens(text: str) -> int:
    """Return a plausible count: English runs at about four characters per token."""
    return max(1, math.ceil(len(text) / 4))


def text_usd(tokens_in: int, tokens_out: int) -> float:
    """Return what a chat's tokens cost in US$, one price for all chat models."""
    prices = provider_data()["usd_per_million"]["text"]
    return float(round((tokens_in * prices["text_in"] + tokens_out * prices["text_out"]) / 1e6, 9))


def cut_text(text: str, most_tokens: int | None) -> tuple[str, bool]:
    """Return the text within that many tokens, and whether it had to be cut."""
    is_cut = most_tokens is not None and count_text_tokens(text) > most_tokens
    return (text[: 4 * most_tokens] if is_cut and most_tokens else text), is_cut


def count_reference_tokens(size: tuple[int, int]) -> int:
    """Return the input tokens of a reference of that size (pixels), billed by tiles of the scaled picture."""
    rules = provider_data()["reference_tokens"]
    tile = rules["tile_pixels"]
    scale = min(1.0, 2 * tile / min(size))
    tiles = math.ceil(size[0] * scale / tile) * math.ceil(size[1] * scale / tile)
    return int(rules["base"] + rules["per_tile"] * tiles)


def count_output_tokens(request: ImageRequest) -> int:
    """Return the output tokens of one picture, by size and quality."""
    per_megapixel: int = provider_data()["output_tokens_per_megapixel"][request.quality]
    return math.ceil(per_megapixel * request.width * request.height / MEGAPIXEL)


def image_usage(request: ImageRequest, reference_sizes: list[tuple[int, int]]) -> dict[str, Any]:
    """Return the `usage` object of one answer, all of its `n` pictures together."""
    text = count_text_tokens(request.prompt)
    images = sum(count_reference_tokens(size) for size in reference_sizes)
    output = request.n * count_output_tokens(request)
    return {
        "input_tokens": text + images,
        "input_tokens_details": {"text_tokens": text, "image_tokens": images},
        "output_tokens": output,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": output},
        "total_tokens": text + images + output,
    }


def image_usd(request: ImageRequest, usage: dict[str, Any]) -> float:
    """Return what that usage costs in US$."""
    prices, details = request.model.prices, usage["input_tokens_details"]
    millionths = (
        details["text_tokens"] * prices["text_in"]
        + details["image_tokens"] * prices["image_in"]
        + usage["output_tokens"] * prices["image_out"]
    )
    return float(round(millionths / 1e6, 9))
