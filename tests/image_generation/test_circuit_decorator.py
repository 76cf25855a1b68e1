from __future__ import annotations

import functools
from collections.abc import Iterator
from types import SimpleNamespace

import openai
import pytest

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.errors import CircuitOpenError, ImageGenerationError
from picturebook.image_generation.circuit_decorator import (
    openai_circuit_breaker,
    process_breaker,
    reset_process_breaker,
    route_of,
)
from picturebook.image_generation.retry_decorator import with_retry
from picturebook.models.circuits import CircuitState
from tests.fakes.clock import FakeClock, FakeRandomSource


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def breaker(clock: FakeClock) -> CircuitBreaker:
    return CircuitBreaker(InMemoryCircuitStore(), clock=clock, random_source=FakeRandomSource())


@pytest.fixture
def _fresh_process_breaker() -> Iterator[None]:
    reset_process_breaker()
    yield
    reset_process_breaker()


async def test_it_opens_raises_and_resets_itself_after_the_open_time(breaker: CircuitBreaker, clock: FakeClock) -> None:
    is_down = True

    @openai_circuit_breaker(breaker=breaker)
    async def draw(client: object, model: str) -> str:
        """Draw."""
        if is_down:
            raise ConnectionError("reset")
        return model

    for _ in range(5):
        with pytest.raises(ConnectionError):
            await draw(None, "gpt-image-2")
    with pytest.raises(ImageGenerationError) as refused:
        await draw(None, model="gpt-image-2")
    assert isinstance(refused.value, CircuitOpenError)
    assert refused.value.details["route"] == "openai/gpt-image-2"
    is_down = False
    clock.advance(30)
    assert await draw(None, "gpt-image-2") == "gpt-image-2"
    assert (await breaker.circuit("openai/gpt-image-2")).state is CircuitState.CLOSED
    assert draw.__doc__ == "Draw."


async def test_retry_outside_the_breaker_stops_at_an_open_circuit(breaker: CircuitBreaker, clock: FakeClock) -> None:
    calls = 0

    @with_retry(max_attempts=9, clock=clock, random_source=FakeRandomSource())
    @openai_circuit_breaker(breaker=breaker)
    async def draw(client: object, model: str) -> str:
        nonlocal calls
        calls += 1
        raise ConnectionError("reset")

    with pytest.raises(CircuitOpenError):
        await draw(None, "gpt-image-2")
    assert calls == 5


async def test_each_model_has_a_circuit_of_its_own(breaker: CircuitBreaker) -> None:
    @openai_circuit_breaker(breaker=breaker)
    async def draw(client: object, model: str = "broken") -> str:
        if model == "broken":
            raise ConnectionError("reset")
        return model

    for _ in range(5):
        with pytest.raises(ConnectionError):
            await draw(None)
    with pytest.raises(CircuitOpenError):
        await draw(None, "broken")
    assert await draw(None, "gpt-image-2") == "gpt-image-2"


async def test_a_wrong_call_is_no_failure_of_the_provider(breaker: CircuitBreaker) -> None:
    @openai_circuit_breaker(breaker=breaker)
    async def draw(client: object, model: str) -> str:
        return model

    for _ in range(9):
        with pytest.raises(TypeError):
            await draw("only a client")  # type: ignore[call-arg]  # that is the wrong call
    assert await draw(None, "gpt-image-2") == "gpt-image-2"


@pytest.mark.usefixtures("_fresh_process_breaker")
async def test_bare_decorated_functions_share_the_processs_breaker_until_it_is_reset() -> None:
    @openai_circuit_breaker
    async def draw(client: object, model: str) -> str:
        raise ConnectionError("reset")

    @openai_circuit_breaker
    async def redraw(client: object, model: str) -> str:
        return model

    for _ in range(5):
        with pytest.raises(ConnectionError):
            await draw(None, "gpt-image-2")
    with pytest.raises(CircuitOpenError):
        await redraw(None, "gpt-image-2")
    assert (await process_breaker().circuit("openai/gpt-image-2")).state is CircuitState.OPEN
    reset_process_breaker()
    assert await redraw(None, "gpt-image-2") == "gpt-image-2"


async def test_the_model_is_found_however_the_function_takes_it(breaker: CircuitBreaker) -> None:
    async def draw(*args: object, **kwargs: object) -> str:
        raise ConnectionError("reset")

    guarded = openai_circuit_breaker(breaker=breaker)(functools.partial(draw, "first"))
    for _ in range(5):
        with pytest.raises(ConnectionError):
            await guarded(client=None, model="gpt-image-2")
    assert (await breaker.circuit("openai/gpt-image-2")).state is CircuitState.OPEN


def test_a_function_that_is_not_async_is_refused() -> None:
    def draw() -> None: ...

    with pytest.raises(TypeError, match="async"):
        openai_circuit_breaker(draw)  # type: ignore[arg-type]  # what is tested is that it is refused


@pytest.mark.parametrize(
    ("client", "model", "route"),
    [
        (None, "gpt-image-2", "openai/gpt-image-2"),
        (None, None, "openai/enhance"),
        (SimpleNamespace(base_url="http://127.0.0.1:8080/v1"), "m", "127.0.0.1:8080/m"),
        (SimpleNamespace(base_url="https://user:secret@gateway.example/v1"), "m", "gateway.example/m"),
        (SimpleNamespace(base_url=object()), "m", "openai/m"),
    ],
)
def test_the_route_is_the_clients_host_and_the_model(client: object, model: str | None, route: str) -> None:
    assert route_of(client, model, otherwise="enhance") == route


async def test_a_real_clients_address_is_read() -> None:
    async with openai.AsyncOpenAI(api_key="none", base_url="https://api.openai.com/v1") as client:
        assert route_of(client, "gpt-image-2", otherwise="") == "api.openai.com/gpt-image-2"
