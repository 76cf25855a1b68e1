"""Builds `Services` from ports: adds the circuit breaker, the rate limiter, the retry policies and the catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import TYPE_CHECKING

from picturebook.catalogue import Catalogue, load_catalogue
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.models.circuits import CircuitState, Transition
from picturebook.pictures.progress_publisher import CircuitEventPublisher
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter
from picturebook.retry_policy import RetryPolicy
from picturebook.services import Ports, Services

if TYPE_CHECKING:
    from picturebook.picture_finishing import Finish

# Seconds. Waiting longer in a function costs more than having the message redelivered.
LONGEST_WAIT_FOR_A_PERMIT = 5.0
# No story fails without the chat model's texts, so a call is tried only twice.
CHAT_RETRY = RetryPolicy(max_attempts=2, first_delay=1.0, max_delay=5.0)


def wire(
    ports: Ports,
    *,
    finish: Finish,
    images_per_minute: int = 0,
    catalogue: Catalogue | None = None,
) -> Services:
    """Build the services from `ports`.

    `images_per_minute` is the operator's limit; 0 means the limit that the image service states in its answers.
    """
    rate_limiter = FleetRateLimiter(
        ports.rate_limit_store,
        clock=ports.clock,
        random_source=ports.random_source,
        images_per_minute=images_per_minute,
    )
    circuit_guard = CircuitBreaker(
        ports.circuit_store,
        clock=ports.clock,
        random_source=ports.random_source,
        on_transition=_on_transition(rate_limiter, CircuitEventPublisher(ports.event_publisher)),
        instances_seen=rate_limiter.instances_seen,
    )
    catalogue = catalogue or load_catalogue()
    return Services(
        **{field.name: getattr(ports, field.name) for field in fields(Ports)},
        circuit_guard=circuit_guard,
        rate_limiter=rate_limiter,
        # A longer wait costs Lambda time, so the message is redelivered instead.
        retry_policy=RetryPolicy(max_delay=LONGEST_WAIT_FOR_A_PERMIT),
        chat_retry_policy=CHAT_RETRY,
        catalogue=catalogue,
        chat_prices=catalogue.chat_or_unknown(ports.chat_model_name or ""),
        finish=finish,
        longest_wait_for_a_permit=LONGEST_WAIT_FOR_A_PERMIT,
    )


def _on_transition(
    rate_limiter: FleetRateLimiter, publish: CircuitEventPublisher
) -> Callable[[Transition], Awaitable[None]]:
    """Return the callback of a circuit's transition: a closed circuit restarts at a low rate, and each is published."""

    async def follow(transition: Transition) -> None:
        try:
            if transition.after.state is CircuitState.CLOSED:
                await rate_limiter.restart(transition.after.route)
        finally:
            await publish(transition)

    return follow
