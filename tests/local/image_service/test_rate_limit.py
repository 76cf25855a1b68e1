import pytest

from local.image_service.api_errors import ApiError
from local.image_service.rate_limit import ImagesPerMinute


class FakeClock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_images_above_the_limit_wait_until_the_oldest_is_a_minute_old() -> None:
    clock = FakeClock()
    limiter = ImagesPerMinute(2, clock)
    limiter.admit(1)
    clock.now += 20
    limiter.admit(1)
    with pytest.raises(ApiError) as refused:
        limiter.admit(1)
    assert refused.value.status == 429
    assert refused.value.headers["retry-after"] == "40"
    assert limiter.headers()["x-ratelimit-remaining-images"] == "0"
    clock.now += 40
    limiter.admit(1)


def test_a_refused_request_does_not_count() -> None:
    clock = FakeClock()
    limiter = ImagesPerMinute(2, clock)
    with pytest.raises(ApiError):
        limiter.admit(3)
    limiter.admit(2)


def test_without_a_limit_everything_passes_and_no_header_is_sent() -> None:
    limiter = ImagesPerMinute(None, FakeClock())
    limiter.admit(1000)
    assert limiter.headers() == {}
