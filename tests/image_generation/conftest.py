from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from picturebook.image_generation import call_openai_image_api, with_retry
from picturebook.image_generation.circuit_decorator import openai_circuit_breaker, reset_process_breaker
from picturebook.image_generation.drawing_wishes import ImageCall
from tests.fakes.clock import FakeChance, FakeClock


@pytest.fixture(autouse=True)
def _circuits_closed() -> Iterator[None]:
    reset_process_breaker()
    yield
    reset_process_breaker()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def patient_call(clock: FakeClock) -> ImageCall:
    """`call_openai_image_api` composed as it is, on a clock whose waits take no time."""
    retried = with_retry(max_attempts=3, retry_delay=2.0, backoff_factor=2.0, clock=clock, chance=FakeChance((0.5,)))
    return retried(openai_circuit_breaker(inspect.unwrap(call_openai_image_api)))
