from __future__ import annotations

import pytest

from picturebook.adapters.openai_rate_limit import read_images_per_minute

LIMIT, REQUESTS, RESET = "x-ratelimit-limit-images", "x-ratelimit-limit-requests", "x-ratelimit-reset-requests"


@pytest.mark.parametrize(
    ("headers", "limit"),
    [
        ({LIMIT: "250"}, 250),
        ({LIMIT: " 5 "}, 5),
        ({REQUESTS: "60", RESET: "1s"}, 60),
        ({LIMIT: "250", REQUESTS: "60", RESET: "59.9s"}, 60),
        ({LIMIT: "20", REQUESTS: "60", RESET: "120ms"}, 20),
        # A limit per day, or one that does not say what it counts.
        ({REQUESTS: "200", RESET: "7m12s"}, None),
        ({REQUESTS: "200"}, None),
        ({REQUESTS: "200", RESET: "soon"}, None),
        ({LIMIT: "0"}, None),
        ({LIMIT: "-5"}, None),
        ({LIMIT: "2.5"}, None),
        ({LIMIT: "٣"}, None),
        ({LIMIT: "9" * 5000}, None),
        ({LIMIT: ""}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_lowest_limit_that_counts_a_minute_is_read(headers: dict[str, str], limit: int | None) -> None:
    assert read_images_per_minute(headers) == limit
