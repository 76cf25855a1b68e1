"""All ports in memory, and the services that production's own wiring builds upon them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.rate_limit_store import InMemoryRateLimitStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.bootstrap.wiring import wire
from picturebook.ports.message_visibility import ReceivedMessage
from picturebook.services import Ports, Services
from tests.fakes.clock import FakeClock, FakeRandomSource
from tests.fakes.fake_model_list import FakeModelList
from tests.fakes.image_model import FakeImageModel, quick_finish
from tests.fakes.in_memory_attempt_markers import InMemoryAttemptMarkers
from tests.fakes.in_memory_ledger_maintenance import InMemoryLedgerMaintenance
from tests.fakes.in_memory_mappings import InMemoryMappings
from tests.fakes.in_memory_message_queues import InMemoryDrawQueue, InMemoryRefusedInputQueue
from tests.fakes.in_memory_queue_ages import InMemoryQueueAges
from tests.fakes.in_memory_route_register import InMemoryRouteRegister
from tests.fakes.recording_event_publisher import RecordingEventPublisher
from tests.fakes.recording_meter import RecordingMeter

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
PROVIDER = "api.example"
VISIBILITY = timedelta(hours=1)


class InlineExecutor:
    """An Executor that runs each function at once, on the event loop."""

    async def run(
        self, function: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        return function(*args, **kwargs)


class RecordingMessageVisibility:
    """A MessageVisibility that remembers what was to be retried later: `delayed` has messages and seconds."""

    def __init__(self) -> None:
        self.delayed: list[tuple[ReceivedMessage, float]] = []

    async def retry_later(self, message: ReceivedMessage, *, seconds: float) -> bool:
        self.delayed.append((message, seconds))
        return False


def in_memory_ports(**parts: Any) -> Ports:
    """Return ports in memory, with parts replaced by keyword; the ledger's maintenance is of the same tables."""
    ledger = parts.pop("ledger", None) or InMemoryStoryLedger()
    clock = parts.pop("clock", None) or FakeClock()
    if "ledger_maintenance" not in parts:
        parts["ledger_maintenance"] = InMemoryLedgerMaintenance(ledger.tables)
    ports = Ports(
        ledger=ledger,
        ledger_maintenance=parts.pop("ledger_maintenance"),
        image_store=InMemoryImageStore(),
        event_publisher=RecordingEventPublisher(),
        draw_queue=InMemoryDrawQueue(),
        refused_inputs=InMemoryRefusedInputQueue(),
        attempt_markers=InMemoryAttemptMarkers(),
        message_visibility=RecordingMessageVisibility(),
        circuit_store=InMemoryCircuitStore(),
        rate_limit_store=InMemoryRateLimitStore(),
        route_register=InMemoryRouteRegister(clock),
        queue_ages=InMemoryQueueAges(VISIBILITY),
        mappings=InMemoryMappings({}),
        image_model=FakeImageModel(),
        model_list=FakeModelList({}),
        provider=PROVIDER,
        meter=RecordingMeter(),
        clock=clock,
        random_source=FakeRandomSource(),
        executor=InlineExecutor(),
    )
    return replace(ports, **parts)


def in_memory_services(**parts: Any) -> Services:
    """Return services over ports in memory, with parts of either replaced by keyword."""
    of_ports = {field.name for field in fields(Ports)}
    ports = in_memory_ports(**{name: part for name, part in parts.items() if name in of_ports})
    services = wire(ports, catalogue=parts.get("catalogue"), finish=quick_finish)
    return replace(
        services, **{name: part for name, part in parts.items() if name not in of_ports and part is not None}
    )
