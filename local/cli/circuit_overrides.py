"""Connects the circuit commands to a deployment: its circuit store, its event bus and its default route."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from local.cli.deployed_stack import DeployedStack
from local.cli.exit_status import BadInputError
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.adapters.system_clock import SystemClock
from picturebook.catalogue import REPLACE_WITHIN, load_catalogue
from picturebook.errors import ImageValidationError
from picturebook.settings import ModelSettings
from picturebook.use_cases.override_circuit import CircuitOverrides


def default_route(stack: DeployedStack) -> str:
    """Return the route of the deployment's default model, from the stack's own parameters."""
    settings = ModelSettings(
        default_model=stack.parameters["DefaultModel"],
        image_api_url=stack.parameters["ImageApiUrl"],
        # A stack of an older version does not have this parameter.
        replace_retiring_days=int(stack.parameters.get("ReplaceRetiringDays", REPLACE_WITHIN.days)),
    )
    today = datetime.now(UTC).date()
    # A default model that retires soon is replaced, and the route has the name of its replacement.
    chosen = load_catalogue().choose(settings.default_model, today=today, replace_within=settings.replace_within)
    return f"{settings.provider}/{chosen.spec.name}"


def circuit_overrides(stack: DeployedStack) -> CircuitOverrides:
    """Return the overrides of the deployment's circuits, which are announced on its event bus."""
    clock = SystemClock()
    store = DynamoDbCircuitStore(stack.client("dynamodb"), stack.output("CircuitTableName"))
    bus = EventBridgeEventPublisher(stack.client("events"), stack.output("EventBusName"), clock=clock)
    return CircuitOverrides(store, bus, clock)


@contextmanager
def refusals() -> Iterator[None]:
    """Raise BadInputError instead of ImageValidationError."""
    try:
        yield
    except ImageValidationError as refused:
        raise BadInputError(refused.message, field=refused.issue) from refused
