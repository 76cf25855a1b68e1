"""Wires what `check_models` needs, for one run of it: it runs once a day."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from openai import AsyncOpenAI

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.adapters.openai_model_list import OpenAIModelList
from picturebook.adapters.secrets_api_key import SecretsManagerApiKey
from picturebook.adapters.system_clock import SystemChance, SystemClock
from picturebook.catalogue import load_catalogue
from picturebook.ports.clock import Clock
from picturebook.settings import CheckingSettings
from picturebook.use_cases.check_models import ModelDesk


@dataclass(frozen=True, slots=True)
class CheckingOffice:
    """The desk, and `close`, which ends the connections to the image service."""

    desk: ModelDesk
    close: Callable[[], Awaitable[None]]


def open_checking_office(
    environment: Mapping[str, str], clients: AwsClients | None = None, clock: Clock | None = None
) -> CheckingOffice:
    """Wire the check from the function's environment; raises ImageValidationError naming a bad variable."""
    settings = CheckingSettings.from_environment(environment)
    clients = clients or AwsClients()
    clock = clock or SystemClock()
    keys = SecretsManagerApiKey(clients.secrets, settings.api_key_secret, clock=clock)
    client = AsyncOpenAI(api_key=keys.current, base_url=settings.image_api_url, max_retries=0)
    desk = ModelDesk(
        OpenAIModelList(client),
        load_catalogue(),
        EventBridgeEventPublisher(clients.events, settings.event_bus, clock=clock),
        clock,
        SystemChance(),
        default_model=settings.default_model,
        replace_within=settings.replace_within,
    )
    return CheckingOffice(desk, client.close)
