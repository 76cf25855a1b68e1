import pytest

from local.image_service.image_request import validate_image_request
from local.image_service.provider_models import find_image_model
from local.image_service.token_usage import count_reference_tokens, image_usage, image_usd


@pytest.mark.parametrize(
    ("model", "size", "quality", "tokens"),
    [
        ("gpt-image-1.5", "1024x1024", "low", 272),
        ("gpt-image-1.5", "1024x1536", "medium", 1584),
        ("gpt-image-1.5", "1536x1024", "high", 6208),
        ("gpt-image-2", "1024x1024", "low", 196),
        ("gpt-image-2", "1024x1536", "medium", 1372),
        ("gpt-image-2", "1536x1024", "high", 5488),
    ],
)
def test_output_tokens_are_the_models_own(model: str, size: str, quality: str, tokens: int) -> None:
    fields = {"model": model, "prompt": "four", "size": size, "quality": quality}
    usage = image_usage(validate_image_request(fields, is_edit=False, now=0.0), [])
    assert usage is not None
    assert usage["output_tokens"] == tokens
    assert usage["total_tokens"] == tokens + 1


def test_references_are_billed_as_image_tokens_and_the_price_is_the_models() -> None:
    fields = {"model": "gpt-image-2", "prompt": "four", "quality": "low", "n": 2}
    request = validate_image_request(fields, is_edit=True, now=0.0)
    usage = image_usage(request, [(1024, 1024), (512, 512)])
    assert usage is not None
    assert usage["input_tokens_details"] == {"text_tokens": 1, "image_tokens": 1024 + 1024}
    assert image_usd(request, usage) == pytest.approx((1 * 5 + 2048 * 8 + 392 * 30) / 1e6)


def test_a_picture_of_a_model_of_before_tokens_has_a_price_of_its_own() -> None:
    fields = {"model": "dall-e-3", "prompt": "four", "quality": "hd", "size": "1792x1024"}
    request = validate_image_request(fields, is_edit=False, now=0.0)
    assert image_usage(request, []) is None
    assert image_usd(request, None) == pytest.approx(0.12)


def test_a_reference_counts_by_tiles_or_by_patches_and_a_huge_one_is_scaled_before() -> None:
    tiled, patched = find_image_model("gpt-image-1.5", 0.0), find_image_model("gpt-image-2", 0.0)
    assert count_reference_tokens(tiled, (1024, 1024)) == count_reference_tokens(tiled, (4096, 4096)) == 581
    assert count_reference_tokens(tiled, (512, 512)) == 194
    assert count_reference_tokens(patched, (1024, 1536)) == count_reference_tokens(patched, (4096, 6144)) == 1536
    assert count_reference_tokens(patched, (256, 256)) == 256
