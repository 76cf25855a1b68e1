"""A world whose runs can be swept, and whose workers can die between any two of their steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.use_cases.sweep_stories import Swept, sweep_stories
from tests.fakes.clock import FakeRandomSource
from tests.fakes.image_model import FakeImageModel
from tests.fakes.in_memory_ledger_maintenance import InMemoryLedgerMaintenance
from tests.fakes.in_memory_queue_ages import InMemoryQueueAges
from tests.fakes.picturebook_world import MODEL, World

Port = TypeVar("Port")
VISIBILITY = timedelta(hours=1)
PROVIDER = "api.example"
ROUTE = f"{PROVIDER}/{MODEL}"


class WorkerDied(BaseException):
    """The process died: nothing catches this, and its code makes no further call."""


class Worker:
    """A process that dies before its call number `dies_before` to the world, or before its first call of that name.

    None lives on. `calls` counts.
    """

    def __init__(self, dies_before: int | str | None = None) -> None:
        self.calls: list[str] = []
        self._dies_before = dies_before
        self.has_died = False

    def call(self, name: str) -> None:
        if not self.has_died:
            self.calls.append(name)
            self.has_died = self._dies_before in (name, len(self.calls))
        if self.has_died:
            raise WorkerDied(name)

    def using(self, port: Port) -> Port:
        """Return the port as this process calls it."""
        return _Used(port, self.call)  # type: ignore[return-value]  # it has all methods of the port


class _Used:
    def __init__(self, port: Any, call: Callable[[str], None]) -> None:
        self._port = port
        self._call = call

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._port, name)
        if not callable(attribute) or name == "uri":
            return attribute

        async def counted(*args: Any, **kwargs: Any) -> Any:
            self._call(name)
            await asyncio.sleep(0)  # others act in between, as they would during a request
            return await attribute(*args, **kwargs)

        return counted


class SweptWorld(World):
    """Its parts are public, as those of the world are."""

    def __init__(self, model: FakeImageModel | None = None) -> None:
        super().__init__(model)
        self.circuits = InMemoryCircuitStore()
        self.queues = InMemoryQueueAges(VISIBILITY)
        self.random_source = FakeRandomSource()  # one for all workers, as no two claims have one id
        self.use(circuit_store=self.circuits, queue_ages=self.queues)

    def work_as(self, worker: Worker) -> None:
        """Let everything from here on be done by `worker`."""
        self.use(
            ledger=worker.using(self.ledger),
            ledger_maintenance=worker.using(InMemoryLedgerMaintenance(self.ledger.tables)),
            image_store=worker.using(self.store),
            event_publisher=worker.using(self.events),
            draw_queue=worker.using(self.queue),
            circuit_store=worker.using(self.circuits),
            queue_ages=worker.using(self.queues),
        )
        self.painter = worker.using(self.model)

    async def sweep(self, worker: Worker | None = None, *, seconds: float = 120) -> Swept:
        self.work_as(worker or Worker())
        deadline = self.clock.now() + timedelta(seconds=seconds)
        return await sweep_stories(self.services, deadline=deadline)
