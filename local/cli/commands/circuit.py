"""`picturebook circuit show|open|close|auto`: shows circuit breakers, and overrides one of them by hand."""

from __future__ import annotations

import asyncio
import getpass
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from local.cli.circuit_overrides import circuit_overrides, default_route, refusals
from local.cli.circuit_text import circuit_document, circuit_text
from local.cli.deployed_stack import EndpointUrl, Local, deployed_stack
from local.cli.error_exit import exit_on_error
from local.cli.exit_status import BadInputError
from local.cli.json_lines import print_json_line
from picturebook.models.circuits import Circuit, CircuitState
from picturebook.use_cases.override_circuit import LONGEST_OVERRIDE

circuit = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Show circuit breakers, or force one open or closed.",
)

Route = Annotated[
    str | None,
    typer.Argument(
        metavar="ROUTE",
        help="The circuit's route, as provider/model.",
        show_default="the route of the deployment's default model",
    ),
]
Reason = Annotated[str, typer.Option(help="The reason, published with the event.", show_default=False)]
Lasting = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="DURATION",
        help=f"How long: 30m, 2h, 1d; at most {LONGEST_OVERRIDE.days}d.",
        show_default=False,
    ),
]
Actor = Annotated[str | None, typer.Option(help="Your name, published with the event.", show_default="your login name")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object per circuit, for scripts.")]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@circuit.command()
def show(*, endpoint_url: EndpointUrl = None, local: Local = False, as_json: AsJson = False) -> None:
    """Show each circuit that has opened before or is forced now."""
    with exit_on_error(json_to=sys.stdout if as_json else None):
        with deployed_stack(endpoint_url=endpoint_url, local=local) as stack:
            overrides = circuit_overrides(stack)
            circuits = asyncio.run(overrides.list_circuits())
        _print(circuits, now=overrides.clock.now(), as_json=as_json)


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
    """Force a circuit open: pictures on its route wait.

    No picture is bought on the route while the circuit is open.
    """
    with exit_on_error(json_to=sys.stdout if as_json else None):
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
    """Force a circuit closed: pictures are bought despite failures."""
    with exit_on_error(json_to=sys.stdout if as_json else None):
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
    """End an override: the circuit opens and closes by itself again."""
    with exit_on_error(json_to=sys.stdout if as_json else None):
        who = _actor(actor)
        with deployed_stack(endpoint_url=endpoint_url, local=local) as stack, refusals():
            overrides = circuit_overrides(stack)
            after = asyncio.run(overrides.end(route or default_route(stack), actor=who))
        _print([after], now=overrides.clock.now(), as_json=as_json)


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
    span, who = duration(lasting), _actor(actor)
    with deployed_stack(endpoint_url=at[0], local=at[1]) as stack, refusals():
        overrides = circuit_overrides(stack)
        override = overrides.force(
            route or default_route(stack),
            state=CircuitState(state),
            actor=who,
            reason=reason,
            lasting=span,
        )
        after = asyncio.run(override)
    _print([after], now=overrides.clock.now(), as_json=as_json)


def duration(text: str) -> timedelta:
    """Read a duration such as 30m, 2h or 1d; raises BadInputError if it is malformed, zero or too long."""
    accepted = f"a number and s, m, h or d, such as 2h; at most {LONGEST_OVERRIDE.days}d"
    read = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    span = timedelta(seconds=int(read[1]) * _SECONDS[read[2]]) if read else timedelta(0)
    if not timedelta(0) < span <= LONGEST_OVERRIDE:
        raise BadInputError(
            f"--for: {text!r} is not accepted\n  accepted: {accepted}", field="--for", accepted=accepted
        )
    return span


def _actor(given: str | None) -> str:
    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError) as error:
        raise BadInputError("This user has no login name.\n  accepted: --actor NAME", field="--actor") from error


def _print(circuits: Sequence[Circuit], *, now: datetime, as_json: bool) -> None:
    if as_json:
        for each in circuits:
            print_json_line(sys.stdout, circuit_document(each, now))
        return
    texts = [circuit_text(each, now) for each in circuits]
    typer.echo("\n\n".join(texts) or "All circuits are closed. None has opened yet, and none is forced.")
