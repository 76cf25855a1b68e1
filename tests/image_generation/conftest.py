from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator

import pytest

from picturebook.adapters.in_memory.rate_limit_store import InMemoryRateLimitStore
from picturebook.image_generation import call_openai_image_api, with_retry
from picturebook.image_generation.circuit_decorator import openai_circuit_breaker, reset_process_breaker
from picturebook.image_generation.drawing_options import ImageCall
from picturebook.image_generation.process_rate_limiter import reset_process_rate_limiter
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from tests.fakes.clock import FakeClock, FakeRandomSource


@pytest.fixture(autouse=True)
def _circuits_closed_and_unlimited() -> Iterator[None]:
    reset_process_breaker()
    reset_process_rate_limiter()
    yield
    reset_process_breaker()
    reset_process_rate_limiter()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def patient_call(clock: FakeClock) -> ImageCall:
    """`call_openai_image_api` composed as it is, on a clock whose waits take no time."""
    rate_limiter = FleetRateLimiter(InMemoryRateLimitStore(), clock=clock, random_source=FakeRandomSource())
    call = functools.partial(inspect.unwrap(call_openai_image_api), rate_limiter=rate_limiter)
    retried = with_retry(
        max_attempts=3, retry_delay=2.0, backoff_factor=2.0, clock=clock, random_source=FakeRandomSource((0.5,))
    )
    return retried(openai_circuit_breaker(call))
