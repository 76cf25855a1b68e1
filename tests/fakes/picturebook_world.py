"""All of Picturebook in memory: the use cases with every port fulfilled by its in-memory adapter.

`run_until_quiet` does what SQS and Lambda do: hand out messages until none is left.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from picturebook.adapters.in_memory.image_store import InMemoryImageStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.book.manifest import Manifest
from picturebook.catalogue import REPLACE_WITHIN, Catalogue, ModelSpec, load_catalogue
from picturebook.circuit_breaker.pass_through_guard import PassThroughGuard
from picturebook.errors import RetryLater
from picturebook.models.control import parse_control
from picturebook.models.messages import AnyDrawMessage, DrawPageMessage
from picturebook.models.runs import Run, UploadPosition
from picturebook.models.story import Story
from picturebook.picture_finishing import Finish
from picturebook.ports.circuit_guard import CircuitGuard
from picturebook.ports.clock import RandomSource
from picturebook.ports.image_model import ImageModel
from picturebook.services import Services
from picturebook.settings import DrawingSettings, ModerationRule, PlanningSettings
from picturebook.use_cases.control_story import control_story
from picturebook.use_cases.draw_picture import draw_picture
from picturebook.use_cases.plan_story import Arrival, plan_story
from tests.fakes.clock import START, FakeClock, FakeRandomSource
from tests.fakes.image_model import FakeImageModel, quick_finish
from tests.fakes.in_memory_ledger_maintenance import InMemoryLedgerMaintenance
from tests.fakes.in_memory_message_queues import InMemoryDrawQueue
from tests.fakes.recording_event_publisher import RecordingEventPublisher
from tests.fakes.recording_meter import RecordingMeter
from tests.fakes.services import in_memory_services
from tests.fakes.text_models import text_parts

MODEL = "gpt-image-2"


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
        self.guard: CircuitGuard = PassThroughGuard()
        self.random_source: RandomSource | None = None
        self.model = model or FakeImageModel()
        self.painter: ImageModel = painter or self.model
        self.ledger = InMemoryStoryLedger()
        self.store = InMemoryImageStore()
        self.events = RecordingEventPublisher()
        self.meter = RecordingMeter()
        self.finish: Finish = quick_finish
        self.queue = queue or InMemoryDrawQueue()
        self.settings = DrawingSettings(MODEL)
        self._used: dict[str, Any] = {}
        # No chat model and no moderator, until a test uses some.
        self.use(catalogue=catalogue or load_catalogue(), **text_parts())

    @property
    def services(self) -> Services:
        """The services over this world's parts as they are now."""
        parts: dict[str, Any] = {
            "ledger": self.ledger,
            "ledger_maintenance": InMemoryLedgerMaintenance(self.ledger.tables),
            "image_store": self.store,
            "event_publisher": self.events,
            "draw_queue": self.queue,
            "image_model": self.painter,
            "meter": self.meter,
            "clock": self.clock,
            "random_source": self.random_source or FakeRandomSource(),
            "circuit_guard": self.guard,
            "finish": self.finish,
        }
        return in_memory_services(**{**parts, **self._used})

    def use(self, **parts: Any) -> None:
        """Have these parts of the services in the place of this world's own."""
        self._used.update(parts)

    def price_is_unknown(self) -> None:
        """Make the catalogue forget what its models cost."""
        full = self.services.catalogue
        specs = {name: spec.model_copy(update={"prices": None}) for name, spec in full.specs.items()}
        self.use(catalogue=Catalogue(specs))

    def serve_only(self, spec: ModelSpec) -> None:
        """Have a catalogue of this one model."""
        self.use(catalogue=Catalogue({spec.name: spec}))

    async def request_page(self, **fields: Any) -> None:
        """Queue a page that is asked for without a story."""
        asked = {"schema_version": "1.0", "request_id": "fern", "style": "soft watercolour", "size": "1024x640"}
        page = {"page_number": 1, "text": "The boat waits for the tide."}
        message = DrawPageMessage.model_validate_json(json.dumps({**asked, "page": page, **fields}))
        await self.queue.send([message])

    async def accept(
        self,
        story: Story,
        *,
        minute: int = 0,
        default_model: str = MODEL,
        moderation: ModerationRule = "off",
        replace_within: timedelta = REPLACE_WITHIN,
    ) -> Run:
        arrival = Arrival(UploadPosition(moment=START + timedelta(minutes=minute)), "upload-1")
        settings = PlanningSettings(default_model, replace_within, moderation)
        deadline = self.clock.now() + timedelta(minutes=3)
        return await plan_story(story, arrival, self.services, settings, deadline=deadline)

    async def command(self, *, command_id: str = "command-1", services: Services | None = None, **fields: Any) -> None:
        """Carry out one control message; `services` stand in for this world's own."""
        raw = json.dumps({"schema_version": "1.0", **fields}).encode()
        await control_story(parse_control(raw), services or self.services, command_id=command_id)

    async def draw(self, message: AnyDrawMessage, services: Services | None = None) -> None:
        deadline = self.clock.now() + timedelta(minutes=10)
        await draw_picture(message, services or self.services, self.settings, deadline=deadline)

    async def run_until_quiet(self) -> list[AnyDrawMessage]:
        """Draw every queued message, and redeliver the others when their time has come; return them in order."""
        done: list[AnyDrawMessage] = []
        while self.queue.messages:
            message = self.queue.messages.pop(0)
            try:
                await self.draw(message)
                done.append(message)
            except RetryLater as retry_later:
                self.clock.advance(retry_later.seconds)
                self.queue.messages.append(message)
        return done

    def originals(self) -> list[str]:
        """Return the keys of all pictures as they were bought, without what was made of them."""
        return [key for key in self.store.objects if key.startswith("images/") and "/derived/" not in key]

    def manifest(self, story_id: str = "lantern") -> Manifest:
        """Return the story's book as it lies in the store."""
        return Manifest.model_validate_json(self.store.objects[f"books/{story_id}/manifest.json"].content)

    def published(self) -> list[str]:
        """Return the detail types of all events, in order."""
        return [event.detail_type for event in self.events.events]
