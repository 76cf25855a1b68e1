from __future__ import annotations

import inspect
from typing import Any

import pytest

from picturebook.errors import ImageGenerationError, ImageValidationError, RetriesExhaustedError
from picturebook.image_generation.retry_decorator import with_retry
from tests.fakes.clock import FakeClock, FakeRandomSource


async def test_a_decorated_function_is_tried_as_often_as_the_seed_says() -> None:
    clock = FakeClock()
    calls: list[str] = []

    @with_retry(
        max_attempts=3, retry_delay=2.0, backoff_factor=2.0, clock=clock, random_source=FakeRandomSource((1.0,))
    )
    async def draw(prompt: str, *, size: str) -> str:
        """Draw."""
        calls.append(prompt + size)
        raise ConnectionError("reset")

    with pytest.raises(ImageGenerationError) as raised:
        await draw("a fox", size="1024x1024")
    assert isinstance(raised.value, RetriesExhaustedError)
    assert isinstance(raised.value.__cause__, ConnectionError)
    assert calls == ["a fox1024x1024"] * 3
    assert clock.slept == [2.0, 4.0]
    assert draw.__name__ == "draw"
    assert draw.__doc__ == "Draw."


async def test_a_programming_error_is_not_retried() -> None:
    clock = FakeClock()

    @with_retry(clock=clock)
    async def draw() -> None:
        raise TypeError("argument")

    with pytest.raises(TypeError, match="argument"):
        await draw()
    assert clock.slept == []


async def test_the_machines_own_clock_serves_when_none_is_given() -> None:
    failures = [ConnectionError("reset")]

    @with_retry(retry_delay=0.0)
    async def draw() -> str:
        if failures:
            raise failures.pop()
        return "picture"

    assert await draw() == "picture"


@pytest.mark.parametrize(
    ("field", "value"), [("max_attempts", 0), ("retry_delay", -1.0), ("backoff_factor", 0.0), ("max_delay", "long")]
)
def test_a_wrong_argument_is_refused_by_the_callers_name(field: str, value: Any) -> None:
    with pytest.raises(ImageValidationError) as refused:
        with_retry(**{field: value})
    assert refused.value.issue == field


def test_a_function_that_is_not_async_is_refused() -> None:
    def draw() -> None: ...

    with pytest.raises(TypeError, match="async"):
        with_retry()(draw)  # type: ignore[arg-type]  # what is tested is that it is refused


def test_the_seeds_parameters_keep_their_order_and_defaults() -> None:
    parameters = list(inspect.signature(with_retry).parameters.values())
    seeds = [(p.name, p.default) for p in parameters if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    assert seeds == [("max_attempts", 3), ("retry_delay", 2.0), ("backoff_factor", 2.0)]
