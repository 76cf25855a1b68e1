"""The one module of the pins that imports the layer's internals and the local image service.

After modules are moved or renamed, only this file may change: the pins themselves and their golden files stay as they
are. A function is wired here as its handler wires it, with a clock, ids and pictures that a test owns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.check_models.handler import check
from functions.control_story.handler import make_function as make_control_function
from functions.plan_story.handler import make_function as make_plan_function
from functions.sweep_stories.handler import sweep
from local.image_service.config import ServiceConfig
from local.image_service.drawing_pool import DrawingPool
from local.image_service.fault_rules import FaultRule
from local.image_service.server import ImageServer
from picturebook.adapters.aws_clients import AwsClients
from picturebook.bootstrap.aws_ports import open_ports
from picturebook.bootstrap.function_wiring import WiredFunction
from picturebook.bootstrap.image_service_ports import NO_IMAGE_SERVICE
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.bootstrap.wiring import wire
from picturebook.entrypoints.draw_function import make_draw_function
from picturebook.entrypoints.queue_function import QueueFunction
from picturebook.models.circuits import CircuitState
from picturebook.models.messages import AnyDrawMessage, DrawCharacterMessage, DrawPageMessage
from picturebook.ports.clock import Clock, RandomSource
from picturebook.settings import Settings
from picturebook.use_cases.override_circuit import CircuitOverrides
from tests.fakes.image_model import quick_finish
from tests.functions.conftest import Context

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
KEY = "sk-test-only"
CONTEXT = cast("LambdaContext", Context())


class Painter(Protocol):
    """What draws in the image service's place."""

    def draw(self, prompt: str, size: tuple[int, int], references: int) -> bytes:
        """Return a picture of `size` (pixels)."""
        ...


class ImageService:
    """The local image service: its address, what it bills, and its faults."""

    def __init__(self, server: ImageServer) -> None:
        self._service = server.service
        self.base_url = server.base_url

    @property
    def pictures_billed(self) -> int:
        return len(self._service.ledger.records)

    @property
    def chats_billed(self) -> int:
        return len(self._service.text_bill.records)

    def fail(self, **rule: Any) -> None:
        """Have requests fail as the rule says, and no others."""
        self._service.faults.replace([FaultRule(**rule)])

    def recover(self) -> None:
        self._service.faults.replace([])


@contextmanager
def open_service(painter: Painter, seconds_now: Callable[[], float]) -> Iterator[ImageService]:
    with ImageServer(ServiceConfig(api_key=KEY, clock=seconds_now)) as server:
        server.service.drawing_pool = _PaintersPool(painter)
        yield ImageService(server)


class _PaintersPool(DrawingPool):
    def __init__(self, painter: Painter) -> None:
        super().__init__(threads=1, prerendered=False)
        self._painter = painter

    async def draw(self, request: Any) -> bytes:
        return self._painter.draw(request.prompt, (request.width, request.height), len(request.references))


class InlineExecutor:
    """An Executor that runs each function at once, so that calls of AWS happen in one order."""

    async def run(
        self, function: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        return function(*args, **kwargs)


@dataclass(frozen=True)
class Functions:
    """A deployment's functions. `queues` has, by the queue's name, what handles an event of that queue."""

    queues: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]
    sweep: Callable[[], None]
    check_models: Callable[[], None]
    force_circuit_open: Callable[[str], None]
    end_override: Callable[[str], None]
    close: Callable[[], None]


def open_functions(
    clients: AwsClients,
    environment: Mapping[str, str],
    *,
    clock: Clock,
    random_source: RandomSource,
    finishes: bool,
) -> Functions:
    """Wire all functions of a deployment.

    Without `finishes`, a stand-in makes the derivatives, as the real finishing takes a core for 50 ms a picture.
    """
    settings = Settings.from_environment(environment)

    def wired(*, calls_the_service: bool = True) -> WiredFunction[Settings]:
        service = open_image_service(settings, clients, clock=clock) if calls_the_service else NO_IMAGE_SERVICE
        ports = open_ports(
            settings,
            clients,
            image_service=service,
            clock=clock,
            random_source=random_source,
            executor=InlineExecutor(),
        )
        services = wire(
            ports, finish=service.finish if finishes else quick_finish, images_per_minute=settings.images_per_minute
        )
        return WiredFunction(settings, services, service.close)

    def draw(message_type: type[AnyDrawMessage]) -> QueueFunction:
        function = wired()
        drawing = settings.drawing()
        return make_draw_function(message_type, function.services, drawing, logger=Logger(), close=function.close)

    planning = wired()
    other = wired(calls_the_service=False)
    overrides = CircuitOverrides(other.services.circuit_store, other.services.event_publisher, clock)
    functions: dict[str, QueueFunction] = {
        "story": make_plan_function(
            planning.services, settings.planning(), bucket=settings.bucket, close=planning.close
        ),
        "character": draw(DrawCharacterMessage),
        "page": draw(DrawPageMessage),
        "control": make_control_function(other.services),
    }

    def force_circuit_open(route: str) -> None:
        lasting = timedelta(hours=2)
        forced = overrides.force(route, state=CircuitState.OPEN, actor="ada", reason="a bill", lasting=lasting)
        asyncio.run(forced)

    def end_override(route: str) -> None:
        asyncio.run(overrides.end(route, actor="grace"))

    def close() -> None:
        for function in functions.values():
            function.close()

    return Functions(
        {queue: _handles(function) for queue, function in functions.items()},
        sweep=lambda: sweep(other.services, CONTEXT),
        check_models=lambda: check(wired()),
        force_circuit_open=force_circuit_open,
        end_override=end_override,
        close=close,
    )


def _handles(function: QueueFunction) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    return lambda event: function.handle(event, CONTEXT)
