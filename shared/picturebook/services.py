"""The dependencies of the use cases, wired once per process: `Ports`, and `Services`, which is built from them.

`Ports` are everything outside the process: AWS, the image service, time, randomness, threads. A simulator or a test
makes its own `Ports`, and `bootstrap.wire` builds the same `Services` from them as in production.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from picturebook.catalogue import Catalogue
from picturebook.circuit_breaker.store import CircuitStore
from picturebook.ports.attempt_markers import AttemptMarkers
from picturebook.ports.chat_model import ChatModel, ChatPrices
from picturebook.ports.circuit_guard import CircuitGuard
from picturebook.ports.clock import Clock, RandomSource
from picturebook.ports.event_publisher import EventPublisher
from picturebook.ports.executor import Executor
from picturebook.ports.image_model import ImageModel
from picturebook.ports.image_store import ImageStore
from picturebook.ports.ledger_maintenance import LedgerMaintenance
from picturebook.ports.mappings import Mappings
from picturebook.ports.message_queues import DrawQueue, RefusedInputQueue
from picturebook.ports.message_visibility import MessageVisibility
from picturebook.ports.meter import Meter
from picturebook.ports.model_list import ModelList
from picturebook.ports.moderator import Moderator
from picturebook.ports.queue_age import QueueAges
from picturebook.ports.rate_limiter import RateLimiter
from picturebook.ports.route_register import RouteRegister
from picturebook.ports.story_ledger import StoryLedger
from picturebook.rate_limiting.store import RateLimitStore
from picturebook.retry_policy import RetryPolicy

if TYPE_CHECKING:
    from picturebook.picture_finishing import Finish  # loads Pillow, which only the functions that draw need


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Everything outside the process.

    `provider` is the host that `image_model`, `chat_model`, `moderator` and `model_list` call; it names their circuits
    (`provider/model`). `chat_model_name` is the model that `chat_model` calls; without `chat_model`, the story's own
    texts are used. Without `moderator`, no text is moderated.
    """

    ledger: StoryLedger
    ledger_maintenance: LedgerMaintenance
    image_store: ImageStore
    event_publisher: EventPublisher
    draw_queue: DrawQueue
    refused_inputs: RefusedInputQueue
    attempt_markers: AttemptMarkers
    message_visibility: MessageVisibility
    circuit_store: CircuitStore
    rate_limit_store: RateLimitStore
    route_register: RouteRegister
    queue_ages: QueueAges
    mappings: Mappings
    image_model: ImageModel
    model_list: ModelList
    chat_model: ChatModel | None = None
    chat_model_name: str | None = None
    moderator: Moderator | None = None
    provider: str
    meter: Meter
    clock: Clock
    random_source: RandomSource
    executor: Executor

    @property
    def chat_route(self) -> str | None:
        """The route of the chat model's circuit, `provider/model`; None without a chat model."""
        return f"{self.provider}/{self.chat_model_name}" if self.chat_model else None


@dataclass(frozen=True, kw_only=True)
class Services(Ports):
    """The ports, and what is built from them: circuit breaker, rate limiter, retry policies, catalogue, finishing.

    A worker does not wait for a permit that is more than `longest_wait_for_a_permit` seconds away.
    """

    circuit_guard: CircuitGuard
    rate_limiter: RateLimiter
    retry_policy: RetryPolicy
    chat_retry_policy: RetryPolicy
    catalogue: Catalogue
    finish: Finish
    longest_wait_for_a_permit: float
    chat_prices: ChatPrices


class PurchaseServices(Protocol):
    """The part of `Services` that buying one picture needs; the public Python API wires only these."""

    @property
    def ledger(self) -> StoryLedger:
        """Records claims."""

    @property
    def image_model(self) -> ImageModel:
        """Draws pictures."""

    @property
    def image_store(self) -> ImageStore:
        """Stores originals."""

    @property
    def rate_limiter(self) -> RateLimiter:
        """Grants permits."""

    @property
    def circuit_guard(self) -> CircuitGuard:
        """Checks the circuit before each call, and records its outcome."""

    @property
    def retry_policy(self) -> RetryPolicy:
        """Decides which failures are retried, and when."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def random_source(self) -> RandomSource:
        """Makes ids and jitter."""

    @property
    def longest_wait_for_a_permit(self) -> float:
        """Seconds; a worker does not wait longer for a permit."""
