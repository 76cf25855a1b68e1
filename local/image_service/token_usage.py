"""Computes the tokens of one answer and their price, by the provider's rules."""

import math
from typing import Any

from local.image_service.image_request import ImageRequest
from local.image_service.provider_models import ImageModel, provider_data

_PATCH, _MOST_PATCHES, _MAGNIFIED_TO = 32, 1536, 1024
_TILE, _TILE_BASE, _TOKENS_PER_TILE = 512, 65, 129


def count_text_tokens(text: str) -> int:
    """Return an estimate: English text has about four characters per token."""
    return max(1, math.ceil(len(text) / 4))


def text_usd(tokens_in: int, tokens_out: int) -> float:
    """Return the price of a chat's tokens in US$; all chat models have one price here."""
    prices = provider_data()["usd_per_million"]["text"]
    return float(round((tokens_in * prices["text_in"] + tokens_out * prices["text_out"]) / 1e6, 9))


def cut_text(text: str, most_tokens: int | None) -> tuple[str, bool]:
    """Return the text cut to `most_tokens` (None: not cut), and whether it was longer."""
    is_cut = most_tokens is not None and count_text_tokens(text) > most_tokens
    return (text[: 4 * most_tokens] if is_cut and most_tokens else text), is_cut


def count_reference_tokens(model: ImageModel, size: tuple[int, int]) -> int:
    """Return the input tokens of a reference of that size (pixels), by tiles or by patches of the scaled picture."""
    return _by_tiles(size) if model.family["references_in"] == "tiles" else _by_patches(size)


def _by_tiles(size: tuple[int, int]) -> int:
    scale = min(1.0, 2 * _TILE / min(size))
    tiles = math.ceil(size[0] * scale / _TILE) * math.ceil(size[1] * scale / _TILE)
    return _TILE_BASE + _TOKENS_PER_TILE * tiles


def _by_patches(size: tuple[int, int]) -> int:
    """Count after scaling: small pictures are enlarged, at most twofold, large ones reduced to the most patches."""
    scale = min(2.0, max(1.0, _MAGNIFIED_TO / max(size)))
    scale = min(scale, _PATCH * math.sqrt(_MOST_PATCHES / (size[0] * size[1])))
    patches = math.ceil(size[0] * scale / _PATCH) * math.ceil(size[1] * scale / _PATCH)
    return min(patches, _MOST_PATCHES)


def count_output_tokens(request: ImageRequest) -> int:
    """Return the output tokens of one picture, by size and quality."""
    family = request.model.family
    if "tokens_by_size" in family:
        return int(family["tokens_by_size"][request.size][request.quality])
    along = int(family["patches_along"][request.quality])
    longer, shorter = max(request.width, request.height), min(request.width, request.height)
    across = math.floor(along * shorter / longer + 0.5)
    return math.ceil(along * across * (2_000_000 + longer * shorter) / 4_000_000)


def image_usage(request: ImageRequest, reference_sizes: list[tuple[int, int]]) -> dict[str, Any] | None:
    """Return the `usage` object of one answer, all of its `n` pictures together; DALL-E counts no tokens."""
    if request.model.is_dall_e:
        return None
    text = count_text_tokens(request.prompt)
    images = sum(count_reference_tokens(request.model, size) for size in reference_sizes)
    output = request.n * count_output_tokens(request)
    return {
        "input_tokens": text + images,
        "input_tokens_details": {"text_tokens": text, "image_tokens": images},
        "output_tokens": output,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": output},
        "total_tokens": text + images + output,
    }


def image_usd(request: ImageRequest, usage: dict[str, Any] | None) -> float:
    """Return the price of the answer in US$: by its usage, or per picture where the model has no token prices."""
    prices = request.model.prices
    if usage is None or prices is None:
        return float(request.n * request.model.family["usd_per_picture"][request.size][request.quality])
    details = usage["input_tokens_details"]
    millionths = (
        details["text_tokens"] * prices["text_in"]
        + details["image_tokens"] * prices["image_in"]
        + usage["output_tokens"] * prices["image_out"]
    )
    return float(round(millionths / 1e6, 9))
