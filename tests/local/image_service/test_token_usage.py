import pytest

from local.image_service.image_request import validate_image_request
from local.image_service.token_usage import count_reference_tokens, image_usage, image_usd


@pytest.mark.parametrize(
    ("size", "quality", "tokens"),
    [("1024x1024", "low", 272), ("1024x1536", "medium", 1584), ("1536x1024", "high", 6240)],
)
def test_output_tokens_grow_with_size_and_quality(size: str, quality: str, tokens: int) -> None:
    fields = {"model": "gpt-image-2", "prompt": "four", "size": size, "quality": quality}
    usage = image_usage(validate_image_request(fields, is_edit=False, now=0.0), [])
    assert usage["output_tokens"] == tokens
    assert usage["total_tokens"] == tokens + 1


def test_references_are_billed_as_image_tokens_and_the_price_is_the_models() -> None:
    fields = {"model": "gpt-image-2", "prompt": "four", "quality": "low", "n": 2}
    request = validate_image_request(fields, is_edit=True, now=0.0)
    usage = image_usage(request, [(1024, 1024), (512, 512)])
    assert usage["input_tokens_details"] == {"text_tokens": 1, "image_tokens": 581 + 194}
    assert image_usd(request, usage) == pytest.approx((1 * 5 + 775 * 8 + 544 * 30) / 1e6)


def test_a_huge_reference_is_scaled_before_it_is_counted() -> None:
    assert count_reference_tokens((4096, 4096)) == count_reference_tokens((1024, 1024))
