"""What asking a text model needs, and the one way in which a chat model is asked.

Knows nothing of what is asked or what becomes of the answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from picturebook.services import Services
from picturebook.errors import (
    ImageGenerationError,
    ImageProcessingError,
    OutcomeUnknownError,
    ProviderThrottledError,
)
from picturebook.models.circuits import Circuit
from picturebook.models.pictures import ChatUsage, Costs
from picturebook.ports.chat_model import ChatAnswer, ChatModel, ChatPrices, ChatRequest, worst_chat_cost
from picturebook.ports.clock import Chance, Clock
from picturebook.ports.image_store import ImageStore
from picturebook.ports.moderator import Moderator
from picturebook.retry_policy import RetryPolicy
from picturebook.use_cases.buy_picture import Guard

_LOGGER = logging.getLogger(__name__)
# Whoever asks has a story to plan or a picture to end afterwards, and is killed at the deadline; seconds.
SECONDS_KEPT = 15.0
# The shortest time in which a chat model has a chance to answer, and the longest that is waited for it; seconds.
LEAST_SECONDS_FOR_A_CALL = 10.0
MOST_SECONDS_FOR_A_CALL = 120.0
SHORT_RETRY = RetryPolicy(max_attempts=2, first_delay=1.0, max_delay=5.0)
NOTHING = Costs.of()
UNKNOWN = Costs.of(chat=None)


@dataclass(frozen=True, slots=True)
class TextDesk:
    """Everything that asking for words, or about words, needs. Without `chat` or `moderator` nobody is asked.

    Each of the two has a circuit of its own, `provider` first in its name. `retry` is short: what is asked for here is
    wanted, but a story does not fail without it.
    """

    chat: ChatModel | None
    chat_model: str
    prices: ChatPrices
    moderator: Moderator | None
    guard: Guard
    provider: str
    store: ImageStore
    clock: Clock
    chance: Chance
    retry: RetryPolicy = SHORT_RETRY

    @property
    def writer(self) -> str | None:
        """The chat model that writes words; None where nobody does."""
        return self.chat_model if self.chat else None

    @property
    def chat_route(self) -> str | None:
        """The route of the chat model's circuit; None without one."""
        return f"{self.provider}/{self.chat_model}" if self.chat else None

    def seconds_for_a_call(self, deadline: datetime) -> float:
        """Return how long a call may take, so that there is time for what follows."""
        left = (deadline - self.clock.now()).total_seconds() - SECONDS_KEPT
        return min(left, MOST_SECONDS_FOR_A_CALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer, None where there is none, and what asking cost."""

    answer: ChatAnswer | None
    costs: Costs


async def ask_chat_model(
    request: ChatRequest,
    services: Services,
    *,
    deadline: datetime,
    most_usd: Decimal | None,
    circuit: Circuit | None = None,
) -> Asked:
    """Ask once; a failure is logged at its severity, and then there is no answer.

    `circuit` is the caller's own recent read of the chat model's; without it one is read.

    With `most_usd`, nothing is asked that may cost more, or nobody knows how much. Raises StoreUnavailableError when
    our own stores are away: then nothing was sent.
    """
    if services.chat_model is None:
        return Asked(None, NOTHING)
    if most_usd is not None and not _is_affordable(request, services, most_usd):
        _LOGGER.warning("a chat model is not asked: it may cost more than is left", extra={"left_usd": str(most_usd)})
        return Asked(None, NOTHING)
    try:
        answer = await _ask_within_policy(request, services.chat_model, services, deadline, circuit)
    except (ImageGenerationError, ImageProcessingError) as error:
        error.log_to(_LOGGER)
        return Asked(None, _costs_of_failure(error, services))
    return Asked(answer, _costs_of(answer.usage, services))


async def _ask_within_policy(
    request: ChatRequest, chat: ChatModel, services: Services, deadline: datetime, circuit: Circuit | None
) -> ChatAnswer:
    async def call() -> ChatAnswer:
        seconds = services.seconds_for_a_call(deadline)
        if seconds < LEAST_SECONDS_FOR_A_CALL:
            raise ProviderThrottledError("Too little time is left for a call", "chat", retry_after=0.0)
        return await chat.complete(request, timeout_seconds=seconds)

    route = f"{services.provider}/{request.model}"
    return await services.retry_policy.run(
        lambda: services.circuit_guard.call(route, call, circuit=circuit, deadline=deadline),
        clock=services.clock,
        chance=services.random_source,
        time_left=lambda: services.seconds_for_a_call(deadline) - LEAST_SECONDS_FOR_A_CALL,
    )


def _is_affordable(request: ChatRequest, services: Services, most_usd: Decimal) -> bool:
    worst = worst_chat_cost(request, services.prices)
    return worst is not None and worst <= most_usd


def _costs_of(usage: ChatUsage | None, services: Services) -> Costs:
    return Costs.of(chat=services.prices.cost(usage) if usage else None)


def _costs_of_failure(error: ImageGenerationError | ImageProcessingError, services: Services) -> Costs:
    """Return what a call that gave no usable answer cost: its tokens where they were counted."""
    if isinstance(error, OutcomeUnknownError):
        return UNKNOWN
    if not error.details.get("billed"):
        return NOTHING
    counts = {name: error.details[name] for name in ChatUsage.model_fields if name in error.details}
    return _costs_of(ChatUsage.model_validate(counts) if counts else None, services)
