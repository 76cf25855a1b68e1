"""How a rate follows what the provider says and does. Pure.

A limit that is heard is kept from at once. A 429 halves the rate, once for all calls that were made at it;
later it recovers in equal steps (additive increase, multiplicative decrease, as TCP does: RFC 5681). After an
outage it starts low and doubles with each success. It never goes above a limit that is known.
"""

from __future__ import annotations

from dataclasses import replace

from picturebook.rate_limiting.rate_limit import MINUTE, SECOND, RateLimit, goal, interval_of, permits_lately

# A 429 that goes on is a provider in trouble, and no rate of ours mends it: the rate stays above an eighth of the
# limit. Where none is known, it is not the rate that a handful of images per minute is refused for.
SLOWEST = 8
LEAST_RATE = 6
# From a half to the limit in ten steps: 50 s without a 429.
STEP = 20
STEP_EVERY = 5 * SECOND
# After an outage: a quarter of the limit, or of what was lately used.
RAMP_START = 4
# Without a known limit, a rate faster than this (images per minute) is none.
UNLIMITED = 600
LONGEST_RETRY_AFTER = 3600 * SECOND
# A provider's number beyond this is no limit of images per minute.
HIGHEST_LIMIT = 1_000_000


def with_ceiling(rate: RateLimit, ceiling: int, now: int) -> RateLimit:
    """Return the rate under the deployment's own limit; 0 lifts it."""
    return rate if rate.ceiling == ceiling else _under(rate, replace(rate, ceiling=ceiling), now)


def with_limit(rate: RateLimit, limit: int | None, now: int) -> RateLimit:
    """Return the rate under the provider's limit, where an answer names another one than before."""
    if limit is None or limit == rate.limit or not 0 < limit <= HIGHEST_LIMIT:
        return rate
    return _under(rate, replace(rate, limit=limit, learnt=0), now)


def throttled(rate: RateLimit, taken_in: int, *, limit: int | None, retry_after: float | None, now: int) -> RateLimit:
    """Return the rate after a 429 to a call whose permit was taken in version `taken_in` of the rate."""
    told = with_limit(rate, limit, now)
    wait = min(round((retry_after or 0.0) * SECOND), LONGEST_RETRY_AFTER)
    pushed = replace(told, next_at=now + wait) if wait and now + wait > told.next_at else told
    if taken_in < rate.slowed_in:
        return _changed(rate, pushed) if pushed.next_at != told.next_at else pushed
    if goal(told) <= goal(rate) and told.interval <= rate.interval:
        # Nothing that it said explains the 429.
        pushed = _halved(pushed, now)
    slower = replace(pushed, is_ramping=False, changed_at=now)
    return replace(slower, version=rate.version + 1, slowed_in=rate.version + 1)


def answered(rate: RateLimit, taken_in: int, *, limit: int | None, now: int) -> RateLimit:
    """Return the rate after a success; nearly always the same."""
    told = with_limit(rate, limit, now)
    if told != rate or taken_in < rate.slowed_in or rate.interval <= goal(rate):
        return told
    if rate.is_ramping:
        return _changed(rate, _faster(rate, rate.interval // 2, now))
    if now - rate.changed_at < STEP_EVERY:
        return rate
    reference = STEP * (goal(rate) or rate.learnt or interval_of(LEAST_RATE))
    return _changed(rate, _faster(rate, rate.interval * reference // (reference + rate.interval), now))


def restarted(rate: RateLimit, now: int) -> RateLimit:
    """Return the rate with which an outage is left behind."""
    if known := goal(rate):
        interval = RAMP_START * known
    else:
        interval = interval_of(max(LEAST_RATE, permits_lately(rate, now) / RAMP_START))
    version = rate.version + 1
    interval = max(interval, rate.interval)
    return replace(rate, interval=interval, is_ramping=True, changed_at=now, version=version, slowed_in=version)


def _under(before: RateLimit, after: RateLimit, now: int) -> RateLimit:
    was_at_goal = before.interval == goal(before)
    interval = goal(after) if was_at_goal else max(before.interval, goal(after))
    overdrawn = _overdrawn(after, now) if goal(after) > goal(before) else 0
    next_at = max(before.next_at, now + overdrawn) if overdrawn else before.next_at
    return _changed(before, replace(after, interval=interval, next_at=next_at, changed_at=now))


def _overdrawn(rate: RateLimit, now: int) -> int:
    """Return how long a provider, counting the last minute, refuses everything: it took more than it now takes."""
    limit = min(limit for limit in (rate.limit, rate.ceiling) if limit)
    lately = permits_lately(rate, now)
    return MINUTE * (lately - limit) // lately if lately > limit else 0


def _halved(rate: RateLimit, now: int) -> RateLimit:
    if known := goal(rate):
        return replace(rate, interval=max(rate.interval, min(SLOWEST * known, 2 * rate.interval)))
    lately = rate.interval or interval_of(max(1, permits_lately(rate, now)))
    slower = min(interval_of(LEAST_RATE), 2 * lately)
    return replace(rate, interval=slower, learnt=lately) if slower > lately else rate


def _faster(rate: RateLimit, interval: int, now: int) -> RateLimit:
    reached = goal(rate)
    if not reached and interval < MINUTE // UNLIMITED:
        interval = 0
    is_there = interval <= reached
    return replace(rate, interval=max(interval, reached), is_ramping=rate.is_ramping and not is_there, changed_at=now)


def _changed(before: RateLimit, after: RateLimit) -> RateLimit:
    return replace(after, version=before.version + 1)
