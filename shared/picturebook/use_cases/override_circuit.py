"""An operator forces a circuit open or closed for some time, ends that override, or lists all circuits.

An override never changes the stored circuit. While it holds, no worker probes, and the calls that it admits are not
counted. Afterwards the circuit continues from its stored state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from picturebook.circuit_breaker.store import CircuitStore
from picturebook.errors import ImageValidationError
from picturebook.events import circuit_overridden, override_ended
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState
from picturebook.ports.clock import Clock
from picturebook.ports.event_publisher import EventPublisher

# An operator who needs longer sets it again: a forgotten override causes an outage, or bills. While it holds a circuit
# open the image queues are paused, and no message may expire meanwhile: less than half of the 7 days of retention.
LONGEST_OVERRIDE = timedelta(days=3)
_LONGEST_TEXT = 200
_LONGEST_ROUTE = 300


@dataclass(frozen=True, slots=True)
class CircuitOverrides:
    """Sets and ends operators' overrides, and lists circuits."""

    circuit_store: CircuitStore
    event_publisher: EventPublisher
    clock: Clock

    async def force(self, route: str, *, state: CircuitState, actor: str, reason: str, lasting: timedelta) -> Circuit:
        """Force a route's circuit OPEN or CLOSED for some time, replacing an earlier override; return the circuit.

        `actor` (who) and `reason` (why) are announced. Raises ImageValidationError that names the wrong argument, and
        StoreUnavailableError when the override could not be stored, or was stored and not announced: set it again.
        """
        _check_route(route)
        if state not in (CircuitState.OPEN, CircuitState.CLOSED):
            raise _invalid("state", "OPEN or CLOSED")
        _check_text("actor", actor)
        _check_text("reason", reason)
        if not timedelta(0) < lasting <= LONGEST_OVERRIDE:
            raise _invalid("lasting", f"more than nothing and at most {LONGEST_OVERRIDE.days} days")
        now = self.clock.now()
        override = CircuitOverride(state, actor, reason, set_at=now, expires_at=now + lasting)
        await self.circuit_store.put_override(route, override)
        circuit = replace(await self.circuit_store.read(route), override=override)
        await self.event_publisher.publish([circuit_overridden(circuit, override)])
        return circuit

    async def end(self, route: str, *, actor: str) -> Circuit:
        """End an override before it expires; return the circuit without it. Does nothing when there is no override.

        Raises ImageValidationError that names the wrong argument, StoreUnavailableError.
        """
        _check_route(route)
        _check_text("actor", actor)
        cleared = await self.circuit_store.clear_override(route)
        circuit = await self.circuit_store.read(route)
        now = self.clock.now()
        if cleared and cleared.holds(now):
            await self.event_publisher.publish([override_ended(circuit, cleared, actor=actor, at=now)])
        return circuit

    async def list_circuits(self) -> Sequence[Circuit]:
        """Return every recorded or overridden circuit, ordered by route; raises StoreUnavailableError."""
        return await self.circuit_store.list_circuits()


def _check_route(route: str) -> None:
    provider, _, model = route.partition("/")
    if not provider or not model or "#" in route or not route.isprintable() or len(route) > _LONGEST_ROUTE:
        raise _invalid("route", "provider/model, such as api.openai.com/gpt-image-2")


def _check_text(field: str, text: str) -> None:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_TEXT:
        raise _invalid(field, f"1 to {_LONGEST_TEXT} printable characters")


def _invalid(field: str, accepted: str) -> ImageValidationError:
    return ImageValidationError(
        f"{field} is not accepted. Accepted: {accepted}.", validation_type="argument", issue=field
    )
