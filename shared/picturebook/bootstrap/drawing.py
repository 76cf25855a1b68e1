"""Wires what the functions that draw need, once per cold start."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_pace_store import DynamoDbPaceStore
from picturebook.adapters.emf_meter import EmfMeter
from picturebook.adapters.key_rotation import KeyRotationAware
from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.adapters.system_clock import SystemChance
from picturebook.bootstrap.planning import Office, open_office
from picturebook.bootstrap.texts import api_keys, open_client, open_text_desk
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.models.circuits import CircuitState, Transition
from picturebook.pacing.fleet_pacer import FleetPacer
from picturebook.ports.clock import Clock
from picturebook.retry_policy import RetryPolicy
from picturebook.use_cases.announce import CircuitAnnouncer
from picturebook.use_cases.buy_picture import LONGEST_WAIT_FOR_A_TURN, Shop
from picturebook.use_cases.studio import Studio


@dataclass(frozen=True, slots=True)
class DrawingOffice:
    """What drawing pictures and refusing input needs. `close` ends the connections to the image service."""

    office: Office
    studio: Studio
    close: Callable[[], Awaitable[None]]


def open_drawing_office(
    environment: Mapping[str, str], clients: AwsClients | None = None, clock: Clock | None = None
) -> DrawingOffice:
    """Wire the drawing office from a function's environment; raises ImageValidationError naming a bad variable."""
    office = open_office(environment, clients, clock)
    desk, settings = office.desk, office.settings
    chance = SystemChance()
    keys = api_keys(office)
    client = open_client(office, keys)
    pacer = FleetPacer(
        DynamoDbPaceStore(office.clients.dynamodb, settings.circuit_table),
        clock=desk.clock,
        chance=chance,
        images_per_minute=settings.images_per_minute,
    )
    breaker = CircuitBreaker(
        DynamoDbCircuitStore(office.clients.dynamodb, settings.circuit_table),
        clock=desk.clock,
        chance=chance,
        on_transition=_on_transition(pacer, CircuitAnnouncer(desk.publisher)),
        instances_seen=pacer.instances_seen,
    )
    shop = Shop(
        ledger=desk.ledger,
        model=KeyRotationAware(OpenAIImageModel(client), keys),
        store=desk.store,
        pacer=pacer,
        guard=breaker,
        # Waiting longer costs Lambda time: the message comes back later.
        retry=RetryPolicy(max_delay=LONGEST_WAIT_FOR_A_TURN),
        clock=desk.clock,
        chance=chance,
    )
    studio = Studio(
        shop,
        desk,
        desk.catalogue,
        settings.default_model,
        provider=settings.provider,
        meter=EmfMeter(settings.service_name),
        text=open_text_desk(office, client, keys, breaker),
        image_moderation=settings.image_moderation,
        hold_for=timedelta(hours=settings.hold_for_hours),
    )
    return DrawingOffice(office, studio, client.close)


def _on_transition(pacer: FleetPacer, announce: CircuitAnnouncer) -> Callable[[Transition], Awaitable[None]]:
    """Return what follows a circuit's move: after an outage the pace starts low; and everybody is told."""

    async def follow(transition: Transition) -> None:
        try:
            if transition.after.state is CircuitState.CLOSED:
                await pacer.restart(transition.after.route)
        finally:
            await announce(transition)

    return follow
