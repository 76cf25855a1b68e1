"""`picturebook circuit show|open|close|auto`: the fleet's circuits, and a person's word over one of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from local.cli.deployment import Deployment, EndpointUrl, Local
from local.cli.ending import ending_well
from local.cli.exit_status import BadInputError

if TYPE_CHECKING:
    from picturebook.models.circuits import Circuit, CircuitState
    from picturebook.use_cases.override_circuit import CircuitOverrides

circuit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Show circuits, or force one open or closed.")

Route = Annotated[
    str | None, typer.Argument(metavar="[ROUTE]", help="provider/model.", show_default="the deployment's default model")
]
Reason = Annotated[str, typer.Option(help="Why; it is announced.", show_default=False)]
Lasting = Annotated[
    str, typer.Option("--for", metavar="DURATION", help="How long: 30m, 2h, 1d; at most 7d.", show_default=False)
]
Actor = Annotated[str | None, typer.Option(help="Who does it; it is announced.", show_default="your login name")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per circuit, for scripts.")]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@circuit.command()
def show(*, endpoint_url: EndpointUrl = None, local: Local = False, as_json: AsJson = False) -> None:
    """Show every circuit that ever moved, or is forced."""
    with ending_well(json_to=sys.stdout if as_json else None):
        import asyncio  # noqa: PLC0415  --help needs none of it

        from local.cli.deployment import deployed  # noqa: PLC0415

        with deployed(endpoint_url=endpoint_url, local=local) as deployment:
            overrides = _overrides(deployment)
            circuits = asyncio.run(overrides.list_circuits())
        _tell(circuits, now=overrides.clock.now(), as_json=as_json)


@circuit.command("open")
def force_open(
    route: Route = None,
    *,
    reason: Reason,
    lasting: Lasting,
    actor: Actor = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Force a circuit open: no picture is bought on its route, the work waits."""
    with ending_well(json_to=sys.stdout if as_json else None):
        _force("OPEN", route, reason=reason, lasting=lasting, actor=actor, at=(endpoint_url, local), as_json=as_json)


@circuit.command("close")
def force_closed(
    route: Route = None,
    *,
    reason: Reason,
    lasting: Lasting,
    actor: Actor = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Force a circuit closed: pictures are bought whatever it has seen."""
    with ending_well(json_to=sys.stdout if as_json else None):
        _force("CLOSED", route, reason=reason, lasting=lasting, actor=actor, at=(endpoint_url, local), as_json=as_json)


@circuit.command()
def auto(
    route: Route = None,
    *,
    actor: Actor = None,
    endpoint_url: EndpointUrl = None,
    local: Local = False,
    as_json: AsJson = False,
) -> None:
    """Take an override back: the circuit goes on by itself."""
    with ending_well(json_to=sys.stdout if as_json else None):
        import asyncio  # noqa: PLC0415  --help needs none of it

        from local.cli.deployment import deployed  # noqa: PLC0415

        who = _actor(actor)
        with deployed(endpoint_url=endpoint_url, local=local) as deployment, _refusals():
            overrides = _overrides(deployment)
            after = asyncio.run(overrides.end(route or default_route(deployment), actor=who))
        _tell([after], now=overrides.clock.now(), as_json=as_json)


def _force(
    state: str,
    route: str | None,
    *,
    reason: str,
    lasting: str,
    actor: str | None,
    at: tuple[str | None, bool],
    as_json: bool,
) -> None:
    import asyncio  # noqa: PLC0415  --help needs none of it

    from local.cli.deployment import deployed  # noqa: PLC0415
    from picturebook.models.circuits import CircuitState  # noqa: PLC0415

    forced: CircuitState = CircuitState(state)
    span, who = duration(lasting), _actor(actor)
    with deployed(endpoint_url=at[0], local=at[1]) as deployment, _refusals():
        overrides = _overrides(deployment)
        wanted = overrides.force(
            route or default_route(deployment), state=forced, actor=who, reason=reason, lasting=span
        )
        after = asyncio.run(wanted)
    _tell([after], now=overrides.clock.now(), as_json=as_json)


def duration(text: str) -> timedelta:
    """Read a duration such as 30m, 2h or 1d; raises BadInputError for anything else, and beyond what is allowed."""
    from picturebook.use_cases.override_circuit import LONGEST_OVERRIDE  # noqa: PLC0415  --help needs none of it

    accepted = f"a number and s, m, h or d, such as 2h; at most {LONGEST_OVERRIDE.days}d"
    read = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    span = timedelta(seconds=int(read[1]) * _SECONDS[read[2]]) if read else timedelta(0)
    if not timedelta(0) < span <= LONGEST_OVERRIDE:
        raise BadInputError(
            f"--for: {text!r} is not accepted\n  accepted: {accepted}", field="--for", accepted=accepted
        )
    return span


def _actor(given: str | None) -> str:
    import getpass  # noqa: PLC0415  --help needs none of it

    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise BadInputError("You have no login name here.\n  accepted: --actor NAME", field="--actor") from error


def default_route(deployment: Deployment) -> str:
    """Return the route of the deployment's default model, from the stack's own parameters."""
    from picturebook.catalogue import REPLACE_WITHIN, load_catalogue  # noqa: PLC0415  --help needs none of it
    from picturebook.settings import ModelSettings  # noqa: PLC0415  as above

    settings = ModelSettings(
        default_model=deployment.parameters["DefaultModel"],
        image_api_url=deployment.parameters["ImageApiUrl"],
        # A deployment of before this could be set has no such parameter.
        replace_retiring_days=int(deployment.parameters.get("ReplaceRetiringDays", REPLACE_WITHIN.days)),
    )
    today = datetime.now(UTC).date()
    # A default that goes soon is drawn with its replacement, so that is the route's name.
    chosen = load_catalogue().choose(settings.default_model, today=today, replace_within=settings.replace_within)
    return f"{settings.provider}/{chosen.spec.name}"


def _overrides(deployment: Deployment) -> CircuitOverrides:
    from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore  # noqa: PLC0415  as above
    from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher  # noqa: PLC0415
    from picturebook.adapters.system_clock import SystemClock  # noqa: PLC0415
    from picturebook.use_cases.override_circuit import CircuitOverrides  # noqa: PLC0415

    clock = SystemClock()
    store = DynamoDbCircuitStore(deployment.client("dynamodb"), deployment.output("CircuitTableName"))
    bus = EventBridgeEventPublisher(deployment.client("events"), deployment.output("EventBusName"), clock=clock)
    return CircuitOverrides(store, bus, clock)


@contextmanager
def _refusals() -> Iterator[None]:
    from picturebook.errors import ImageValidationError  # noqa: PLC0415  as above

    try:
        yield
    except ImageValidationError as refused:
        raise BadInputError(refused.message, field=refused.issue) from refused


def _tell(circuits: Sequence[Circuit], *, now: datetime, as_json: bool) -> None:
    from local.cli.circuit_words import circuit_document, circuit_words  # noqa: PLC0415  as above
    from local.cli.displays import print_json_line  # noqa: PLC0415

    if as_json:
        for each in circuits:
            print_json_line(sys.stdout, circuit_document(each, now))
        return
    shown = [circuit_words(each, now) for each in circuits]
    typer.echo("\n\n".join(shown) or "No circuit ever moved, and none is forced: all are closed.")
