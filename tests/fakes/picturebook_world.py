"""All of Picturebook in memory: the use cases with every port fulfilled by its in-memory adapter.

`run_until_quiet` does what SQS and Lambda do: hand out messages until none is left.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from picturebook.adapters.in_memory.event_publisher import RecordingEventPublisher
from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.ledger_upkeep import InMemoryLedgerUpkeep
from picturebook.adapters.in_memory.message_queues import InMemoryDrawQueue
from picturebook.adapters.in_memory.meter import RecordingMeter
from picturebook.adapters.in_memory.pace_store import InMemoryPaceStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.catalogue import REPLACE_WITHIN, Catalogue, ModelSpec, load_catalogue
from picturebook.manifest import Manifest
from picturebook.models.circuits import Circuit
from picturebook.models.control import parse_control
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.runs import Run, UploadPosition
from picturebook.models.story import Story
from picturebook.pacing.fleet_pacer import FleetPacer
from picturebook.ports.clock import Chance
from picturebook.ports.image_model import ImageModel
from picturebook.retry_policy import RetryPolicy
from picturebook.use_cases.buy_picture import Guard, Shop
from picturebook.use_cases.control_story import control_story
from picturebook.use_cases.draw_picture import draw_picture
from picturebook.use_cases.end_run import Desk
from picturebook.use_cases.moderate_story import ModerationRule
from picturebook.use_cases.plan_story import Arrival, PlanningDesk, plan_story
from picturebook.use_cases.put_back import PutBack
from picturebook.use_cases.studio import Studio
from tests.fakes.clock import START, FakeChance, FakeClock
from tests.fakes.image_model import FakeImageModel
from tests.fakes.text_models import text_desk

Answer = TypeVar("Answer")
MODEL = "gpt-image-2"


class OpenDoor:
    """A guard that lets every call through."""

    async def call(
        self,
        route: str,
        operation: Callable[[], Awaitable[Answer]],
        *,
        circuit: Circuit | None = None,
        deadline: datetime | None = None,
    ) -> Answer:
        return await operation()


class World:
    """The parts are public, so that a test can look at them and replace one."""

    def __init__(
        self,
        model: FakeImageModel | None = None,
        queue: InMemoryDrawQueue | None = None,
        *,
        painter: ImageModel | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        """Make a world that draws with `model`, or with a `painter` that is no fake."""
        self.clock = FakeClock()
        self.guard: Guard = OpenDoor()
        self.chance: Chance | None = None
        self.model = model or FakeImageModel()
        self.painter: ImageModel = painter or self.model
        self.ledger = InMemoryStoryLedger()
        self.store = InMemoryImageStore()
        self.events = RecordingEventPublisher()
        self.meter = RecordingMeter()
        # Nobody is asked for words, until a test puts somebody there.
        self.text = text_desk(chat=None, moderator=None)
        self.queue = queue or InMemoryDrawQueue()
        self.desk = Desk(
            ledger=self.ledger,
            upkeep=InMemoryLedgerUpkeep(self.ledger.tables),
            store=self.store,
            publisher=self.events,
            queue=self.queue,
            catalogue=catalogue or load_catalogue(),
            clock=self.clock,
        )

    def price_is_unknown(self) -> None:
        """Make the catalogue forget what its models cost."""
        full = self.desk.catalogue
        specs = {name: spec.model_copy(update={"prices": None}) for name, spec in full.specs.items()}
        self.desk = replace(self.desk, catalogue=Catalogue(specs))

    def serve_only(self, spec: ModelSpec) -> None:
        """Have a catalogue of this one model."""
        self.desk = replace(self.desk, catalogue=Catalogue({spec.name: spec}))

    async def request_page(self, **fields: Any) -> None:
        """Queue a page that is asked for without a story."""
        asked = {"schema_version": "1.0", "request_id": "fern", "style": "soft watercolour", "size": "1024x640"}
        page = {"page_number": 1, "text": "The boat waits for the tide."}
        message = DrawPageMessage.model_validate_json(json.dumps({**asked, "page": page, **fields}))
        await self.queue.send([message])

    def studio(self) -> Studio:
        shop = Shop(
            ledger=self.ledger,
            model=self.painter,
            store=self.store,
            pacer=FleetPacer(InMemoryPaceStore(), clock=self.clock, chance=FakeChance()),
            guard=self.guard,
            retry=RetryPolicy(),
            clock=self.clock,
            chance=self.chance or FakeChance(),
        )
        upkeep = InMemoryLedgerUpkeep(self.ledger.tables)
        desk = replace(self.desk, ledger=self.ledger, upkeep=upkeep, clock=self.clock)
        text = replace(self.text, store=self.store, clock=self.clock)
        return Studio(shop, desk, desk.catalogue, MODEL, provider="api.example", meter=self.meter, text=text)

    def planning(self, *, default_model: str = MODEL, moderation: ModerationRule = "off") -> PlanningDesk:
        text = replace(self.text, store=self.desk.store, clock=self.clock)
        return PlanningDesk(self.desk, text, default_model, moderation=moderation, replace_within=REPLACE_WITHIN)

    async def accept(
        self, story: Story, *, minute: int = 0, default_model: str = MODEL, moderation: ModerationRule = "off"
    ) -> Run:
        arrival = Arrival(UploadPosition(moment=START + timedelta(minutes=minute)), "upload-1")
        planning = self.planning(default_model=default_model, moderation=moderation)
        return await plan_story(story, arrival, planning, deadline=self.clock.now() + timedelta(minutes=3))

    async def wish(self, *, wish_id: str = "wish-1", desk: Desk | None = None, **fields: Any) -> None:
        """Carry out one control message; `desk` stands in for this world's own."""
        raw = json.dumps({"schema_version": "1.0", **fields}).encode()
        await control_story(parse_control(raw), desk or self.desk, wish_id=wish_id)

    async def draw(self, message: AnyDrawMessage) -> None:
        await draw_picture(message, self.studio(), deadline=self.clock.now() + timedelta(minutes=10))

    async def run_until_quiet(self) -> list[AnyDrawMessage]:
        """Draw every queued message, and those put back when their time has come; return them in order."""
        done: list[AnyDrawMessage] = []
        while self.queue.messages:
            message = self.queue.messages.pop(0)
            try:
                await self.draw(message)
                done.append(message)
            except PutBack as put_back:
                self.clock.advance(put_back.seconds)
                self.queue.messages.append(message)
        return done

    def manifest(self, story_id: str = "lantern") -> Manifest:
        """Return the story's book as it lies in the store."""
        return Manifest.model_validate_json(self.store.objects[f"books/{story_id}/manifest.json"].content)

    def told(self) -> list[str]:
        """Return the detail types of all events, in order."""
        return [event.detail_type for event in self.events.events]
