import pytest

from picturebook.adapters.openai_retry_after import read_retry_after

NOON = "Sun, 22 Nov 2026 12:00:00 GMT"
HALF_PAST = "Sun, 22 Nov 2026 12:30:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": HALF_PAST, "date": NOON}, 1800.0),
        ({"retry-after": NOON, "date": HALF_PAST}, 0.0),
        ({"x-ratelimit-reset-images": "20ms"}, 0.02),
        ({"x-ratelimit-reset-requests": "6m0s"}, 360.0),
        ({"x-ratelimit-reset-tokens": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset-tokens": "1d"}, 86400.0),
        ({"x-ratelimit-reset-tokens": "12"}, 12.0),
        ({"retry-after": "3", "x-ratelimit-reset-tokens": "60s"}, 3.0),
    ],
)
def test_the_wait_is_read_in_every_form_that_services_use(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == (pytest.approx(seconds) if seconds is not None else None)


def test_the_longest_reset_counts_among_the_limits_that_are_used_up() -> None:
    headers = {
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "2s",
        "x-ratelimit-remaining-images": "0",
        "x-ratelimit-reset-images": "5s",
        "x-ratelimit-remaining-tokens": "900",
        "x-ratelimit-reset-tokens": "1h",
    }

    assert read_retry_after(headers) == 5.0


@pytest.mark.parametrize("value", ["", "soon", "-3", "nan", "inf", "1e999", HALF_PAST, "5x"])
def test_invalid_values_are_ignored(value: str) -> None:
    assert read_retry_after({"retry-after": value, "x-ratelimit-reset-images": value}) is None


def test_dates_of_which_only_one_has_a_time_zone_are_ignored() -> None:
    assert read_retry_after({"retry-after": HALF_PAST, "date": "Sun, 22 Nov 2026 12:00:00 -0000"}) is None
