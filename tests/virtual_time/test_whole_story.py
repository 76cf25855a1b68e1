"""A whole story through the real handlers, in virtual time and over ports in memory; nothing is patched."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

from aws_lambda_powertools import Logger

from functions.control_story.handler import make_function as make_control_function
from functions.plan_story.handler import make_function as make_plan_function
from picturebook.adapters.in_memory.circuit_store import InMemoryCircuitStore
from picturebook.adapters.in_memory.story_ledger import InMemoryStoryLedger
from picturebook.bootstrap.wiring import wire
from picturebook.catalogue import REPLACE_WITHIN
from picturebook.entrypoints.draw_function import make_draw_function
from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.errors import ProviderUnavailableError
from picturebook.events import DetailType
from picturebook.models.messages import DrawCharacterMessage, DrawPageMessage
from picturebook.models.pictures import DrawnImage, ImageRequest
from picturebook.services import Services
from picturebook.settings import DrawingSettings, PlanningSettings
from tests.fakes.clock import START
from tests.fakes.image_model import USAGE, picture, quick_finish
from tests.fakes.picturebook_world import MODEL
from tests.fakes.recording_event_publisher import RecordingEventPublisher
from tests.fakes.services import in_memory_ports
from tests.fakes.stories import MIRA, TOCK, page, story_document
from tests.virtual_time.cloud import VirtualLambda, VirtualQueues
from tests.virtual_time.event_loop import VirtualClock, run_in_virtual_time

DRAW_SECONDS = 20.0
PAGES = 20
# And two characters, who are drawn as full figure and portrait.
PICTURES = PAGES + 4


class SlowModel:
    """An image model that takes 20 s for a picture, and fails until `recovers_at`, in seconds of the loop."""

    def __init__(self, clock: VirtualClock, *, recovers_at: float = 0.0) -> None:
        self._clock = clock
        self._recovers_at = recovers_at
        self.drawn: list[str] = []
        self.failed = 0

    async def draw(self, request: ImageRequest, *, timeout_seconds: float) -> DrawnImage:
        assert timeout_seconds >= DRAW_SECONDS
        await self._clock.sleep(DRAW_SECONDS)
        if self._clock.monotonic() < self._recovers_at:
            self.failed += 1
            raise ProviderUnavailableError("The image service failed (HTTP 503)", details={"status": 503})
        self.drawn.append(request.prompt)
        return DrawnImage(picture("1024x640"), url=None, usage=USAGE)


class Deployment:
    """The real functions over ports in memory, of which each may be replaced by keyword."""

    def __init__(self, *, recovers_at: float = 0.0, **ports: object) -> None:
        self.clock = VirtualClock()
        self.model = SlowModel(self.clock, recovers_at=recovers_at)
        self.queues = VirtualQueues(self.clock)
        self.bus = RecordingEventPublisher()
        circuits = InMemoryCircuitStore()
        self.functions = functions_over(
            wire(
                in_memory_ports(
                    ledger=InMemoryStoryLedger(circuit_of=circuits.peek),
                    circuit_store=circuits,
                    clock=self.clock,
                    draw_queue=self.queues,
                    message_visibility=self.queues,
                    event_publisher=self.bus,
                    image_model=self.model,
                    **ports,
                ),
                finish=quick_finish,
            )
        )

    async def work(self) -> None:
        await VirtualLambda(self.queues, self.functions, self.clock).run_until_idle()

    def published(self, detail_type: DetailType) -> int:
        return len({event.metadata.event_id for event in self.bus.of_type(detail_type)})


def functions_over(services: Services) -> dict[str, QueueFunction]:
    drawing, logger = DrawingSettings(MODEL), Logger(level="CRITICAL")
    return {
        "story": make_plan_function(services, PlanningSettings(MODEL, REPLACE_WITHIN), bucket="amzn-s3-demo-bucket"),
        "character": make_draw_function(DrawCharacterMessage, services, drawing, logger=logger),
        "page": make_draw_function(DrawPageMessage, services, drawing, logger=logger),
        "control": make_control_function(services),
    }


def a_story(*, pages_total: int = PAGES) -> str:
    cast = [{**one, "views": ["portrait"]} for one in (MIRA, TOCK)]
    pages = [page(number, "Mira", text=f"Page {number} of the way.") for number in range(1, pages_total + 1)]
    return json.dumps(story_document(characters=cast, pages=pages, size="1024x640"))


def test_a_story_becomes_a_book_in_the_virtual_time_of_its_pictures() -> None:
    async def main() -> tuple[Deployment, timedelta]:
        deployment = Deployment()
        deployment.queues.by_name["story"].send(a_story())
        await deployment.work()
        return deployment, deployment.clock.now() - START

    deployment, took = run_in_virtual_time(main())
    pictures = len(deployment.model.drawn)
    assert pictures == len(set(deployment.model.drawn)) == PICTURES, "each picture is bought once"
    assert deployment.published("ImageCompleted") == pictures
    assert deployment.published("StoryCompleted") == 1
    # Full figures, then portraits, then twenty pages: ten at a time are four rounds.
    assert timedelta(seconds=4 * DRAW_SECONDS) <= took <= timedelta(seconds=8 * DRAW_SECONDS)


def test_an_outage_of_six_hours_costs_waiting_and_hardly_a_call() -> None:
    outage = timedelta(hours=6)

    async def main() -> tuple[Deployment, timedelta]:
        deployment = Deployment(recovers_at=outage.total_seconds())
        deployment.queues.by_name["story"].send(a_story())
        await deployment.work()
        return deployment, deployment.clock.now() - START

    deployment, took = run_in_virtual_time(main())
    assert deployment.published("StoryCompleted") == 1
    assert deployment.published("ImageFailed") == 0
    assert len(deployment.model.drawn) == PICTURES
    assert outage <= took <= outage + timedelta(hours=2)
    assert deployment.model.failed < 60, "while the circuit is open only probes reach the service"


def test_a_cancel_while_pictures_are_drawn_buys_nothing_more() -> None:
    async def main() -> Deployment:
        deployment = Deployment()
        deployment.queues.by_name["story"].send(a_story())
        work = asyncio.create_task(deployment.work())
        await deployment.clock.sleep(1.5 * DRAW_SECONDS)
        cancel = {"schema_version": "1.0", "action": "cancel", "story_id": "lantern"}
        deployment.queues.by_name["control"].send(json.dumps(cancel))
        await work
        return deployment

    deployment = run_in_virtual_time(main())
    assert deployment.published("StoryCancelled") == 1
    assert deployment.published("StoryCompleted") == 0
    assert 0 < len(deployment.model.drawn) < PAGES
