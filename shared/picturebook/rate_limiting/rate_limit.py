"""A route's rate limit, and when its permits are due. Pure: no I/O, no clock, no randomness.

Virtual scheduling (GCRA, ITU-T I.371): `next_at` is when the next permit is due; each permit taken moves it by
`interval`. A provider counts a sliding minute, so permits are spread evenly: under a limit of n, the (n+1)th permit is
due 60 s / SHARE_OF_LIMIT = 61.9 s after the first. Half of those 1.9 s is BURST, which lets callers catch up on unused
time; the other half allows for requests that take different times to arrive.

All moments and spans are whole microseconds (since 1970), so that a database can add them exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

SECOND = 1_000_000
MINUTE = 60 * SECOND

# We promise 0.95 of the limit; see above for the slack between this share and 1.
SHARE_OF_LIMIT = 0.97
BURST = 9 * SECOND // 10
# No interval or Retry-After sets a permit this far ahead: a clock was wrong, so the value is ignored.
ABSURD = 7200 * SECOND
# The circuit breaker's rule (half of the instances, at most 3) is the same for any larger number.
MOST_INSTANCES = 6

# Callers without a permit retry slightly faster than permits become due, or permits would be lost. They also retry at
# least this often, so that a caller is present within the few seconds that a call waits for its permit.
QUEUE_SHARE = 0.9
LONGEST_QUEUE_STEP = 4 * SECOND
# They retry slightly before their place in the queue, as SQS makes messages visible at whole seconds.
QUEUE_LEAD = 5 * SECOND // 2
LONGEST_QUEUE = 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Minute:
    """The permits taken in one minute, and at most MOST_INSTANCES of the instances that took them."""

    permits: int = 0
    instances: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The rate limit of a route. With `interval` 0 there is none: every permit is due now.

    `limit` is the provider's limit in images per minute, as its answers name it; `ceiling` is the deployment's own; 0
    is unknown. `version` grows with each change of the rate; outcomes of permits taken before version `slowed_in` do
    not change the rate again. `learnt` is the interval at which a 429 came while no limit was known. `queue_at` is the
    end of the queue of callers that got no permit. `minutes` are the latest minutes by number (since 1970).
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
class PermitRequest:
    """Which instance asks for a permit, when, and for at most how long it would wait."""

    instance: str
    now: int
    at_most: int

    @property
    def latest(self) -> int:
        """The last moment at which the permit may be due."""
        return self.now + self.at_most

    @property
    def horizon(self) -> int:
        """The start of the unused time that the caller may catch up on."""
        return self.now - BURST


def microseconds(moment: datetime) -> int:
    """Return a moment as this module counts it."""
    return round(moment.timestamp() * SECOND)


def interval_of(images_per_minute: float) -> int:
    """Return the interval between permits that stays slightly below a limit."""
    return math.ceil(MINUTE / (SHARE_OF_LIMIT * images_per_minute))


def target_interval(rate: RateLimit) -> int:
    """Return the interval of the lowest known limit; 0 when no limit is known."""
    limits = [limit for limit in (rate.limit, rate.ceiling) if limit]
    return interval_of(min(limits)) if limits else 0


def take_permit(rate: RateLimit, request: PermitRequest) -> tuple[RateLimit, int | None]:
    """Return the rate limit after the next permit is taken, and when that permit is due.

    When the permit would be due too late, it is not taken: returns the same rate limit and None.
    """
    taken = replace(rate, minutes=_with_permit(rate.minutes, request))
    if request.horizon < rate.next_at <= request.latest:
        return replace(taken, next_at=rate.next_at + rate.interval), max(request.now, rate.next_at)
    if request.latest < rate.next_at <= request.now + ABSURD:
        return rate, None
    if rate.interval:
        return replace(taken, next_at=request.horizon + rate.interval), request.now
    return taken, request.now


def queue_start(rate: RateLimit) -> int:
    """Return when the first caller without a permit should retry, if the queue is empty."""
    return rate.next_at


def queue_step(rate: RateLimit) -> int:
    """Return the span between retries of callers in the queue. It follows the limit, not the present, slower rate.

    So the queue stays valid when the rate recovers; until then some callers get no permit again.
    """
    return max(SECOND // 100, min(LONGEST_QUEUE_STEP, int(QUEUE_SHARE * (target_interval(rate) or rate.interval))))


def queue_up(rate: RateLimit, now: int) -> tuple[RateLimit, int | None]:
    """Return the rate limit with one more caller in the queue, and its place: unchanged, and None, in a full queue."""
    queue_at = 0 if rate.queue_at > now + ABSURD else rate.queue_at
    place = max(queue_at, queue_start(rate))
    if place > now + LONGEST_QUEUE:
        return rate, None
    return replace(rate, queue_at=place + queue_step(rate)), place


def instances_at(rate: RateLimit, now: int) -> int:
    """Return how many instances took permits in this minute or the last; early in a minute, few have yet."""
    this = now // MINUTE
    around = (rate.minutes.get(minute) for minute in (this - 1, this, this + 1))
    return len(frozenset[str]().union(*(minute.instances for minute in around if minute)))


def permits_lately(rate: RateLimit, now: int) -> int:
    """Return the number of permits of this minute or the last, the larger one."""
    this = now // MINUTE
    return max((minute.permits for number, minute in rate.minutes.items() if abs(number - this) <= 1), default=0)


def is_counted(minutes: Mapping[int, Minute], request: PermitRequest) -> bool:
    """Say whether to record the instance in this minute's set: the set is not full, or it has the instance already.

    Early in a minute the last minute's set decides, so that the whole fleet does not enter the new set at once.
    """
    this = request.now // MINUTE
    known = sorted((minutes.get(this) or minutes.get(this - 1) or Minute()).instances)
    return len(known) < MOST_INSTANCES or request.instance in known[:MOST_INSTANCES]


def _with_permit(minutes: Mapping[int, Minute], request: PermitRequest) -> Mapping[int, Minute]:
    this = request.now // MINUTE
    kept = {number: minute for number, minute in minutes.items() if abs(number - this) <= 1}
    minute = kept.get(this, Minute())
    instances = minute.instances | {request.instance} if is_counted(minutes, request) else minute.instances
    kept[this] = Minute(minute.permits + 1, instances)
    return kept
