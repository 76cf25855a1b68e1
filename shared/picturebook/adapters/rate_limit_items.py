"""A route's rate as an item of the circuits' table, under `pace#<route>`, and the expressions that change it.

The latest minutes are in three slots by minute number, `turns_N` and `instances_N`; the members of the latter
carry their minute, so that a slot nobody has cleared in time is seen to be old. Moments are whole microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from picturebook.adapters.dynamodb_attributes import Typed, to_plain, to_typed
from picturebook.rate_limiting.rate_limit import ABSURD, MINUTE, Minute, PermitWanted, RateLimit, is_counted

PREFIX = "pace#"

_SLOTS = 3
_NUMBERS = ("next_at", "interval", "limit", "ceiling", "changed_at", "version", "slowed_in", "learnt", "queue_at")
# What a change of the rate writes; the rest belongs to permits and to the queue.
_CHANGED = ("interval", "limit", "ceiling", "is_ramping", "changed_at", "version", "slowed_in", "learnt")


@dataclass(frozen=True, slots=True)
class RateLimitKey:
    """The key of a route's rate."""

    route: str

    def typed(self) -> Typed:
        """Return the key as DynamoDB takes it."""
        return to_typed({"id": f"{PREFIX}{self.route}"})


@dataclass(frozen=True, slots=True)
class ConditionalUpdate:
    """An update: what it does, under which condition, and the values that both name."""

    expression: str
    condition: str
    values: Mapping[str, object]


class Queueing(StrEnum):
    """How the next permit follows from what is kept: `rate_limit.take` has the same cases."""

    BUSY = "BUSY"
    IDLE = "IDLE"
    FREE = "FREE"
    LATE = "LATE"


_NOBODY_AHEAD = "(attribute_not_exists(#next_at) OR #next_at <= :horizon OR #next_at > :absurd)"
_CONDITIONS = {
    Queueing.BUSY: "#next_at > :horizon AND #next_at <= :latest",
    Queueing.IDLE: f"#interval > :zero AND {_NOBODY_AHEAD}",
    Queueing.FREE: f"(attribute_not_exists(#interval) OR #interval = :zero) AND {_NOBODY_AHEAD}",
}
# The item's own interval, so that whoever takes a permit keeps the rate that was written last.
_SETS = {
    Queueing.BUSY: ["#next_at = #next_at + #interval"],
    Queueing.IDLE: ["#next_at = :horizon + #interval"],
    Queueing.FREE: [],
}


def rate_from_item(item: Mapping[str, Any]) -> RateLimit:
    """Return the rate that an item holds; that of a new route for none."""
    plain = to_plain(item)
    numbers = {name: int(plain[name]) for name in _NUMBERS if name in plain}
    return RateLimit(**numbers, is_ramping=bool(plain.get("is_ramping")), minutes=_minutes(plain))


def queueing(rate: RateLimit, wanted: PermitWanted) -> Queueing:
    """Return which case a rate is for who wants a permit."""
    if wanted.horizon < rate.next_at <= wanted.latest:
        return Queueing.BUSY
    if wanted.latest < rate.next_at <= wanted.now + ABSURD:
        return Queueing.LATE
    return Queueing.IDLE if rate.interval else Queueing.FREE


def permit(case: Queueing, wanted: PermitWanted, seen: RateLimit) -> ConditionalUpdate:
    """Return the update that takes a permit if it is of this case; what `seen` says of minutes may be out of date."""
    this = wanted.now // MINUTE
    slot, oldest = this % _SLOTS, (this + 1) % _SLOTS
    sets, adds = list(_SETS[case]), [f"#turns_{slot} :one"]
    member = f"#instances_{slot}"
    if any(number % _SLOTS == slot and number != this for number in seen.minutes):
        sets += [f"#turns_{slot} = :one", f"{member} = :me"]
        adds = []
    elif is_counted(seen.minutes, wanted):
        adds.append(f"{member} :me")
    clauses = [
        f"SET {', '.join(sets)}" if sets else "",
        f"ADD {', '.join(adds)}" if adds else "",
        f"REMOVE #turns_{oldest}, #instances_{oldest}",
    ]
    values = {
        "horizon": wanted.horizon,
        "latest": wanted.latest,
        "absurd": wanted.now + ABSURD,
        "zero": 0,
        "one": 1,
        "me": frozenset({f"{this}:{wanted.instance}"}),
    }
    return _change(" ".join(clause for clause in clauses if clause), _CONDITIONS[case], values)


def place_behind_others(step: int, *, start: int, full: int) -> ConditionalUpdate:
    """Return the update that takes the place at the queue's end, if that is after `start` and not after `full`."""
    values = {"step": step, "start": start, "full": full}
    return _change("SET #queue_at = #queue_at + :step", "#queue_at > :start AND #queue_at <= :full", values)


def first_place(step: int, *, start: int, absurd: int) -> ConditionalUpdate:
    """Return the update that takes the place at `start`, if nobody is behind that."""
    condition = "attribute_not_exists(#queue_at) OR #queue_at <= :start OR #queue_at > :absurd"
    return _change("SET #queue_at = :behind", condition, {"behind": start + step, "start": start, "absurd": absurd})


def new_rate(before: RateLimit, after: RateLimit) -> ConditionalUpdate:
    """Return the update that changes the rate, if its version is still that of `before`."""
    values: dict[str, object] = {name: getattr(after, name) for name in _CHANGED}
    sets = [f"#{name} = :{name}" for name in _CHANGED]
    conditions = ["#version = :before" if before.version else "attribute_not_exists(#version)"]
    if after.next_at != before.next_at:
        sets.append("#next_at = :next_at")
        conditions.append("(attribute_not_exists(#next_at) OR #next_at <= :next_at)")
    values |= {"before": before.version, "next_at": after.next_at}
    return _change(f"SET {', '.join(sets)}", " AND ".join(conditions), values)


def _change(expression: str, condition: str, values: Mapping[str, object]) -> ConditionalUpdate:
    named = set(re.findall(r":(\w+)", f"{expression} {condition}"))  # DynamoDB refuses values that nothing names
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
