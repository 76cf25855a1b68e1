"""Wires a function once per cold start: its settings from the environment, its services over AWS."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.system_clock import SystemClock
from picturebook.bootstrap.aws_ports import open_ports
from picturebook.bootstrap.image_service_ports import NO_IMAGE_SERVICE, ImageServicePorts
from picturebook.bootstrap.wiring import wire
from picturebook.ports.clock import Clock
from picturebook.services import Services
from picturebook.settings import Settings

AnySettings = TypeVar("AnySettings", bound=Settings)


class OpenImageService(Protocol):
    """Makes the ports of an image service: `bootstrap.openai_service.open_image_service`, or a test's own."""

    def __call__(self, settings: Settings, clients: AwsClients, *, clock: Clock | None = None) -> ImageServicePorts:
        """Return the ports."""
        ...


@dataclass(frozen=True, slots=True)
class WiredFunction(Generic[AnySettings]):
    """A function's settings and services; `close` closes its connections to the image service."""

    settings: AnySettings
    services: Services
    close: Callable[[], Awaitable[None]]


def wire_function(
    settings_type: type[AnySettings],
    environment: Mapping[str, str],
    clients: AwsClients | None = None,
    *,
    clock: Clock | None = None,
    image_service: OpenImageService | None = None,
) -> WiredFunction[AnySettings]:
    """Wire a function from its environment; a function that never calls the image service gives no `image_service`.

    Raises ImageValidationError that names a bad variable, and InputRefusedError for a default model that the catalogue
    does not know, so that the cold start fails instead of each story.
    """
    settings = settings_type.from_environment(environment)
    clients, clock = clients or AwsClients(), clock or SystemClock()
    opened = image_service(settings, clients, clock=clock) if image_service else NO_IMAGE_SERVICE
    ports = open_ports(settings, clients, image_service=opened, clock=clock)
    services = wire(ports, finish=opened.finish, images_per_minute=settings.images_per_minute)
    services.catalogue.spec(settings.default_model)
    return WiredFunction(settings, services, opened.close)
