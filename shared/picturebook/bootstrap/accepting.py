"""Wires what `plan_story` needs, once per cold start: the office, and who judges stories and writes their looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.system_clock import SystemChance
from picturebook.bootstrap.planning import Office, open_office
from picturebook.bootstrap.texts import api_keys, open_client, open_text_desk
from picturebook.circuit_breaker.breaker import CircuitBreaker
from picturebook.ports.clock import Clock
from picturebook.use_cases.announce import CircuitAnnouncer
from picturebook.use_cases.plan_story import PlanningDesk


@dataclass(frozen=True, slots=True)
class PlanningOffice:
    """What accepting stories needs. `close` ends the connections to the image service."""

    office: Office
    planning: PlanningDesk
    close: Callable[[], Awaitable[None]]


def open_planning_office(
    environment: Mapping[str, str], clients: AwsClients | None = None, clock: Clock | None = None
) -> PlanningOffice:
    """Wire the planning office from the function's environment; raises ImageValidationError naming a bad variable."""
    office = open_office(environment, clients, clock)
    desk, settings = office.desk, office.settings
    keys = api_keys(office)
    client = open_client(office, keys)
    breaker = CircuitBreaker(
        DynamoDbCircuitStore(office.clients.dynamodb, settings.circuit_table),
        clock=desk.clock,
        chance=SystemChance(),
        on_transition=CircuitAnnouncer(desk.publisher),
    )
    planning = PlanningDesk(
        desk,
        open_text_desk(office, client, keys, breaker),
        settings.default_model,
        moderation=settings.moderation,
        replace_within=settings.replace_within,
    )
    return PlanningOffice(office, planning, client.close)
