"""The seed's `openai_circuit_breaker`: a circuit breaker around any async function that calls a model.

Decorated functions share this process's breaker, which keeps its circuits in memory, unless one is given. The Lambda
functions share circuits across the fleet, and use `CircuitBreaker` directly.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar, overload
from urllib.parse import urlsplit

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.adapters.system_clock import SystemClock, SystemRandomSource
from picturebook.circuit_breaker.breaker import CircuitBreaker

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
Calls = Callable[Arguments, Awaitable[Answer]]

DEFAULT_PROVIDER = "openai"


@functools.cache
def process_breaker() -> CircuitBreaker:
    """Return the breaker that decorated functions share: `await process_breaker().circuit(route)` shows a circuit."""
    return CircuitBreaker(InMemoryCircuitStore(), clock=SystemClock(), random_source=SystemRandomSource())


def reset_process_breaker() -> None:
    """Forget every circuit of this process, as a restart would."""
    process_breaker.cache_clear()


def route_of(client: object, model: object, *, otherwise: str) -> str:
    """Return `host/model`: the host of the client's `base_url`, or `openai`; `otherwise` replaces a missing model.

    A port belongs to the host, so that two services on one machine have circuits of their own.
    """
    address = urlsplit(str(getattr(client, "base_url", "")))
    host = address.netloc.rpartition("@")[2] if address.scheme in ("http", "https") else ""
    return f"{host or DEFAULT_PROVIDER}/{model or otherwise}"


@overload
def openai_circuit_breaker(function: Calls[Arguments, Answer], /) -> Calls[Arguments, Answer]: ...


@overload
def openai_circuit_breaker(
    *, breaker: CircuitBreaker | None = None
) -> Callable[[Calls[Arguments, Answer]], Calls[Arguments, Answer]]: ...


def openai_circuit_breaker(
    function: Calls[Arguments, Answer] | None = None, /, *, breaker: CircuitBreaker | None = None
) -> Calls[Arguments, Answer] | Callable[[Calls[Arguments, Answer]], Calls[Arguments, Answer]]:
    """Stop calling an async function whose calls keep failing; goes inside `with_retry`.

    Used bare, or as `@openai_circuit_breaker(breaker=…)`. Each provider and model has a circuit of its own,
    found by the call's `client` and `model` arguments (a function without a `model` is its own). The
    decorated function raises CircuitOpenError, an ImageGenerationError with `retry_after` in seconds, while
    the circuit is open; after the open time one call is let through to try, and its success closes the
    circuit. What counts as a failure is in `outcome_classifier.py`. Raises TypeError when what is decorated is not
    async.
    """
    if function is None:
        return functools.partial(_guarded, breaker=breaker)
    return _guarded(function, breaker=breaker)


def _guarded(function: Calls[Arguments, Answer], *, breaker: CircuitBreaker | None) -> Calls[Arguments, Answer]:
    if not inspect.iscoroutinefunction(function):
        raise TypeError(f"openai_circuit_breaker decorates async functions, not {function!r}")
    signature = inspect.signature(function)
    name = getattr(function, "__name__", "call")  # a partial has none

    @functools.wraps(function)
    async def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        call = signature.bind(*args, **kwargs)  # a wrong call is a TypeError here, and no failure of the provider
        call.apply_defaults()
        arguments = {**call.arguments, **kwargs}  # including those that the function takes as **kwargs
        route = route_of(arguments.get("client"), arguments.get("model"), otherwise=name)
        return await (breaker or process_breaker()).call(route, functools.partial(function, *args, **kwargs))

    return guarded
