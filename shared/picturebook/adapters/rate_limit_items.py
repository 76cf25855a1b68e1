"""A route's rate limit as an item of the circuits' table, under `pace#<route>`, and the expressions that change it.

The latest minutes are in three slots by minute number: `turns_N` counts permits, `instances_N` holds instances. Each
member of `instances_N` includes its minute, which shows when a slot is out of date. Moments are whole microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from picturebook.adapters.dynamodb_attributes import Typed, to_plain, to_typed
from picturebook.rate_limiting.rate_limit import ABSURD, MINUTE, Minute, PermitRequest, RateLimit, is_counted

PREFIX = "pace#"

_SLOTS = 3
_NUMBERS = ("next_at", "interval", "limit", "ceiling", "changed_at", "version", "slowed_in", "learnt", "queue_at")
# The attributes that a change of the rate writes; permits and the queue write the others.
_CHANGED = ("interval", "limit", "ceiling", "is_ramping", "changed_at", "version", "slowed_in", "learnt")


@dataclass(frozen=True, slots=True)
class RateLimitKey:
    """The key of a route's rate limit."""

    route: str

    def typed(self) -> Typed:
        """Return the key as DynamoDB takes it."""
        return to_typed({"id": f"{PREFIX}{self.route}"})


@dataclass(frozen=True, slots=True)
class ConditionalUpdate:
    """An update expression, its condition, and the values that both refer to."""

    expression: str
    condition: str
    values: Mapping[str, object]


class PermitCase(StrEnum):
    """How the next permit follows from the stored item: `rate_limit.take_permit` has the same cases.

    BUSY: it is due after the last one. IDLE: it is due now, under a limit. FREE: there is no limit. LATE: it is due
    too late to be taken.
    """

    BUSY = "BUSY"
    IDLE = "IDLE"
    FREE = "FREE"
    LATE = "LATE"


_NONE_AHEAD = "(attribute_not_exists(#next_at) OR #next_at <= :horizon OR #next_at > :absurd)"
_CONDITIONS = {
    PermitCase.BUSY: "#next_at > :horizon AND #next_at <= :latest",
    PermitCase.IDLE: f"#interval > :zero AND {_NONE_AHEAD}",
    PermitCase.FREE: f"(attribute_not_exists(#interval) OR #interval = :zero) AND {_NONE_AHEAD}",
}
# The item's own interval, so that a permit follows the rate that was written last.
_SETS = {
    PermitCase.BUSY: ["#next_at = #next_at + #interval"],
    PermitCase.IDLE: ["#next_at = :horizon + #interval"],
    PermitCase.FREE: [],
}


def rate_from_item(item: Mapping[str, Any]) -> RateLimit:
    """Return the rate limit that an item holds; an empty one for an empty item."""
    plain = to_plain(item)
    numbers = {name: int(plain[name]) for name in _NUMBERS if name in plain}
    return RateLimit(**numbers, is_ramping=bool(plain.get("is_ramping")), minutes=_minutes(plain))


def permit_case(rate: RateLimit, request: PermitRequest) -> PermitCase:
    """Return the case of a request under a rate limit."""
    if request.horizon < rate.next_at <= request.latest:
        return PermitCase.BUSY
    if request.latest < rate.next_at <= request.now + ABSURD:
        return PermitCase.LATE
    return PermitCase.IDLE if rate.interval else PermitCase.FREE


def permit_update(case: PermitCase, request: PermitRequest, seen: RateLimit) -> ConditionalUpdate:
    """Return the update that takes a permit if the item is in this case; the minutes of `seen` may be out of date."""
    this = request.now // MINUTE
    slot, oldest = this % _SLOTS, (this + 1) % _SLOTS
    sets, adds = list(_SETS[case]), [f"#turns_{slot} :one"]
    member = f"#instances_{slot}"
    if any(number % _SLOTS == slot and number != this for number in seen.minutes):
        sets += [f"#turns_{slot} = :one", f"{member} = :me"]
        adds = []
    elif is_counted(seen.minutes, request):
        adds.append(f"{member} :me")
    clauses = [
        f"SET {', '.join(sets)}" if sets else "",
        f"ADD {', '.join(adds)}" if adds else "",
        f"REMOVE #turns_{oldest}, #instances_{oldest}",
    ]
    values = {
        "horizon": request.horizon,
        "latest": request.latest,
        "absurd": request.now + ABSURD,
        "zero": 0,
        "one": 1,
        "me": frozenset({f"{this}:{request.instance}"}),
    }
    return _change(" ".join(clause for clause in clauses if clause), _CONDITIONS[case], values)


def place_behind_others(step: int, *, start: int, full: int) -> ConditionalUpdate:
    """Return the update that takes the last place of the queue, if that is after `start` and not after `full`."""
    values = {"step": step, "start": start, "full": full}
    return _change("SET #queue_at = #queue_at + :step", "#queue_at > :start AND #queue_at <= :full", values)


def first_place(step: int, *, start: int, absurd: int) -> ConditionalUpdate:
    """Return the update that takes the place at `start`, if no place after it is taken."""
    condition = "attribute_not_exists(#queue_at) OR #queue_at <= :start OR #queue_at > :absurd"
    return _change("SET #queue_at = :behind", condition, {"behind": start + step, "start": start, "absurd": absurd})


def new_rate(before: RateLimit, after: RateLimit) -> ConditionalUpdate:
    """Return the update that changes the rate limit, if its version is still that of `before`."""
    values: dict[str, object] = {name: getattr(after, name) for name in _CHANGED}
    sets = [f"#{name} = :{name}" for name in _CHANGED]
    conditions = ["#version = :before" if before.version else "attribute_not_exists(#version)"]
    if after.next_at != before.next_at:
        sets.append("#next_at = :next_at")
        conditions.append("(attribute_not_exists(#next_at) OR #next_at <= :next_at)")
    values |= {"before": before.version, "next_at": after.next_at}
    return _change(f"SET {', '.join(sets)}", " AND ".join(conditions), values)


def _change(expression: str, condition: str, values: Mapping[str, object]) -> ConditionalUpdate:
    named = set(re.findall(r":(\w+)", f"{expression} {condition}"))  # DynamoDB refuses unused values
    return ConditionalUpdate(expression, condition, {name: value for name, value in values.items() if name in named})


def _minutes(plain: Mapping[str, Any]) -> dict[int, Minute]:
    found: dict[int, Minute] = {}
    for slot in range(_SLOTS):
        members = [member.partition(":") for member in plain.get(f"instances_{slot}", ())]
        if members:
            latest = max(int(minute) for minute, _, _ in members)
            instances = frozenset(instance for minute, _, instance in members if int(minute) == latest)
            found[latest] = Minute(int(plain.get(f"turns_{slot}", 0)), instances)
    return found
