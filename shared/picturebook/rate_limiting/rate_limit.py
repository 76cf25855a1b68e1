"""A route's rate, and the arithmetic of its permits. Pure: no I/O, no clock, no randomness.

Virtual scheduling (GCRA, ITU-T I.371): `next_at` is when the next permit is due, and each one that is taken moves it
by `interval`. A provider counts a sliding minute, so permits are spread evenly: of a limit of n, the (n+1)th permit is
due 60 s / SHARE_OF_LIMIT = 61.9 s after the first. Half of those 1.9 s is BURST, which makes up for nobody having
asked in time; the other half is for requests that take differently long to arrive.

All moments and spans are whole microseconds (since 1970), so that a database can add them up exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

SECOND = 1_000_000
MINUTE = 60 * SECOND

# 0.95 of the limit is promised; what is missing from 1 is slack, see above.
SHARE_OF_LIMIT = 0.97
BURST = 9 * SECOND // 10
# Further away than any rate or Retry-After puts a permit: a clock was wrong, and is not waited for.
ABSURD = 7200 * SECOND
# The breaker's rule (half of the instances, at most 3) makes no difference between more.
MOST_INSTANCES = 6

# Those who are sent away come back a little faster than permits are due, or permits would be lost; and at least this
# often, so that somebody is there within the few seconds that a permit is waited for.
QUEUE_SHARE = 0.9
LONGEST_QUEUE_STEP = 4 * SECOND
# They come back a little before their place in the queue: a message becomes visible by whole seconds.
QUEUE_LEAD = 5 * SECOND // 2
LONGEST_QUEUE = 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Minute:
    """What was taken in one minute: how many permits, and by which instances (no more than count for anything)."""

    permits: int = 0
    instances: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How fast a route's requests may follow each other. `interval` 0 is no rate: every permit is now.

    `limit` is the provider's, in images per minute, as its answers say, `ceiling` the deployment's own; 0 is
    unknown. `version` grows with each change of the rate; outcomes of permits that were taken before version
    `slowed_in` say nothing about it. `learnt` is the interval at which a 429 came while no limit was known.
    `queue_at` is the end of the queue of those who were sent away. `minutes` are the latest, by their number.
    """

    next_at: int = 0
    interval: int = 0
    limit: int = 0
    ceiling: int = 0
    is_ramping: bool = False
    changed_at: int = 0
    version: int = 0
    slowed_in: int = 0
    learnt: int = 0
    queue_at: int = 0
    minutes: Mapping[int, Minute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PermitWanted:
    """Who asks for a permit, when, and how long it may be away."""

    instance: str
    now: int
    at_most: int

    @property
    def latest(self) -> int:
        """The last moment at which the permit may be due."""
        return self.now + self.at_most

    @property
    def horizon(self) -> int:
        """The moment from which permits that nobody took are made up for."""
        return self.now - BURST


def microseconds(moment: datetime) -> int:
    """Return a moment as this module counts it."""
    return round(moment.timestamp() * SECOND)


def interval_of(images_per_minute: float) -> int:
    """Return the interval that keeps a little below a limit."""
    return math.ceil(MINUTE / (SHARE_OF_LIMIT * images_per_minute))


def goal(rate: RateLimit) -> int:
    """Return the interval of the lowest limit that is known; 0 when none is."""
    limits = [limit for limit in (rate.limit, rate.ceiling) if limit]
    return interval_of(min(limits)) if limits else 0


def take(rate: RateLimit, wanted: PermitWanted) -> tuple[RateLimit, int | None]:
    """Return the rate after the next permit was taken, and when that is due: None, and the same rate, when too late."""
    taken = replace(rate, minutes=_with_permit(rate.minutes, wanted))
    if wanted.horizon < rate.next_at <= wanted.latest:
        return replace(taken, next_at=rate.next_at + rate.interval), max(wanted.now, rate.next_at)
    if wanted.latest < rate.next_at <= wanted.now + ABSURD:
        return rate, None
    if rate.interval:
        return replace(taken, next_at=wanted.horizon + rate.interval), wanted.now
    return taken, wanted.now


def queue_start(rate: RateLimit) -> int:
    """Return when the first of those who are sent away should come back, if nobody waits before it."""
    return rate.next_at


def queue_step(rate: RateLimit) -> int:
    """Return how far from each other those who are sent away come back: by the limit, however slow the rate is now.

    So the queue need not be told when the rate recovers; until then some of them are sent away again.
    """
    return max(SECOND // 100, min(LONGEST_QUEUE_STEP, int(QUEUE_SHARE * (goal(rate) or rate.interval))))


def queue_up(rate: RateLimit, now: int) -> tuple[RateLimit, int | None]:
    """Return the rate with one more in the queue, and the place; None, and the same rate, when the queue is full."""
    queue_at = 0 if rate.queue_at > now + ABSURD else rate.queue_at
    place = max(queue_at, queue_start(rate))
    if place > now + LONGEST_QUEUE:
        return rate, None
    return replace(rate, queue_at=place + queue_step(rate)), place


def instances_at(rate: RateLimit, now: int) -> int:
    """Return how many instances took permits in this minute and the last: at a minute's start, few have yet."""
    this = now // MINUTE
    around = (rate.minutes.get(minute) for minute in (this - 1, this, this + 1))
    return len(frozenset[str]().union(*(minute.instances for minute in around if minute)))


def permits_lately(rate: RateLimit, now: int) -> int:
    """Return the permits of this minute or the last, whichever had more."""
    this = now // MINUTE
    return max((minute.permits for number, minute in rate.minutes.items() if abs(number - this) <= 1), default=0)


def is_counted(minutes: Mapping[int, Minute], wanted: PermitWanted) -> bool:
    """Say whether an instance belongs into a minute's set: while few are, or as one of the first of those that are.

    At a minute's start the last one's set decides, so that not a whole fleet enters the new one at once.
    """
    this = wanted.now // MINUTE
    known = sorted((minutes.get(this) or minutes.get(this - 1) or Minute()).instances)
    return len(known) < MOST_INSTANCES or wanted.instance in known[:MOST_INSTANCES]


def _with_permit(minutes: Mapping[int, Minute], wanted: PermitWanted) -> Mapping[int, Minute]:
    this = wanted.now // MINUTE
    kept = {number: minute for number, minute in minutes.items() if abs(number - this) <= 1}
    minute = kept.get(this, Minute())
    instances = minute.instances | {wanted.instance} if is_counted(minutes, wanted) else minute.instances
    kept[this] = Minute(minute.permits + 1, instances)
    return kept
