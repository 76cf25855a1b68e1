"""Calls the chat model: price limit, circuit breaker, retries, costs. Does not know what the answer is used for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from picturebook.errors import (
    ImageGenerationError,
    ImageProcessingError,
    OutcomeUnknownError,
    WaitError,
)
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import ChatUsage, Costs
from picturebook.ports.chat_model import ChatAnswer, ChatModel, ChatPrices, ChatRequest, max_chat_cost
from picturebook.ports.clock import Clock
from picturebook.services import Services

_LOGGER = logging.getLogger(__name__)
# The worker has a story to plan or a picture to end afterwards, and Lambda kills it at the deadline; seconds.
SECONDS_KEPT = 15.0
# The shortest time in which a chat model has a chance to answer, and the longest wait for an answer; seconds.
LEAST_SECONDS_FOR_A_CALL = 10.0
MOST_SECONDS_FOR_A_CALL = 120.0
NOTHING = Costs.of()
UNKNOWN = Costs.of(chat=None)


@dataclass(frozen=True, slots=True)
class ChatResult:
    """The answer, None without one, and what the calls cost."""

    answer: ChatAnswer | None
    costs: Costs


def seconds_for_a_call(clock: Clock, deadline: datetime) -> float:
    """Return how long a call of a text model may take, so that there is time for what follows."""
    left = (deadline - clock.now()).total_seconds() - SECONDS_KEPT
    return min(left, MOST_SECONDS_FOR_A_CALL)


async def ask_chat_model(
    request: ChatRequest,
    services: Services,
    *,
    deadline: datetime,
    most_usd: Decimal | None,
    circuit: Circuit | None = None,
) -> ChatResult:
    """Ask the chat model; a failure is logged at its severity, and the result then has no answer.

    `circuit` is the chat model's circuit if the caller has just read it. With `most_usd`, a call that may cost more, or
    whose price is unknown, is not made. Raises StoreUnavailableError when a store of ours is away: nothing was sent.
    """
    if services.chat_model is None:
        return ChatResult(None, NOTHING)
    prices = services.chat_prices
    if most_usd is not None and not _is_affordable(request, prices, most_usd):
        _LOGGER.warning(
            "the chat model is not called: it may cost more than is left", extra={"left_usd": str(most_usd)}
        )
        return ChatResult(None, NOTHING)
    try:
        answer = await _ask_within_policy(request, services.chat_model, services, deadline, circuit)
    except (ImageGenerationError, ImageProcessingError) as error:
        error.log_to(_LOGGER)
        return ChatResult(None, _costs_of_failure(error, prices))
    return ChatResult(answer, _costs_of(answer.usage, prices))


async def _ask_within_policy(
    request: ChatRequest, chat: ChatModel, services: Services, deadline: datetime, circuit: Circuit | None
) -> ChatAnswer:
    async def call() -> ChatAnswer:
        seconds = seconds_for_a_call(services.clock, deadline)
        if seconds < LEAST_SECONDS_FOR_A_CALL:
            raise WaitError("Too little time is left for a call", generation_step="chat", retry_after=0.0)
        return await chat.complete(request, timeout_seconds=seconds)

    route = f"{services.provider}/{request.model}"
    return await services.chat_retry_policy.run(
        lambda: services.circuit_guard.call(route, call, circuit=circuit, deadline=deadline),
        clock=services.clock,
        random_source=services.random_source,
        time_left=lambda: seconds_for_a_call(services.clock, deadline) - LEAST_SECONDS_FOR_A_CALL,
    )


def _is_affordable(request: ChatRequest, prices: ChatPrices, most_usd: Decimal) -> bool:
    worst = max_chat_cost(request, prices)
    return worst is not None and worst <= most_usd


def _costs_of(usage: ChatUsage | None, prices: ChatPrices) -> Costs:
    return Costs.of(chat=prices.cost(usage) if usage else None)


def _costs_of_failure(error: ImageGenerationError | ImageProcessingError, prices: ChatPrices) -> Costs:
    """Return what a call without a usable answer cost: its tokens when the service reported them."""
    if isinstance(error, OutcomeUnknownError):
        return UNKNOWN
    if not error.details.get("billed"):
        return NOTHING
    counts = {name: error.details[name] for name in ChatUsage.model_fields if name in error.details}
    return _costs_of(ChatUsage.model_validate(counts) if counts else None, prices)
