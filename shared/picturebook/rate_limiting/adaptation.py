"""How a pace follows what the provider says and does. Pure.

A limit that is heard is kept from at once. A 429 halves the pace, once for all calls that were made at it;
later it recovers in equal steps (additive increase, multiplicative decrease, as TCP does: RFC 5681). After an
outage it starts low and doubles with each success. It never goes above a limit that is known.
"""

from __future__ import annotations

from dataclasses import replace

from picturebook.rate_limiting.rate_limit import MINUTE, SECOND, RateLimit, goal, interval_of, turns_lately

# A 429 that goes on is a provider in trouble, and no pace of ours mends it: the pace stays above an eighth of the
# limit. Where none is known, it is not the pace that a handful of images per minute is refused for.
SLOWEST = 8
LEAST_PACE = 6
# From a half to the limit in ten steps: 50 s without a 429.
STEP = 20
STEP_EVERY = 5 * SECOND
# After an outage: a quarter of the limit, or of what was lately used.
RAMP_START = 4
# Without a known limit, a pace faster than this (images per minute) is none.
UNPACED = 600
LONGEST_RETRY_AFTER = 3600 * SECOND
# A provider's number beyond this is no limit of images per minute.
HIGHEST_LIMIT = 1_000_000


def with_ceiling(pace: RateLimit, ceiling: int, now: int) -> RateLimit:
    """Return the pace under the deployment's own limit; 0 lifts it."""
    return pace if pace.ceiling == ceiling else _under(pace, replace(pace, ceiling=ceiling), now)


def with_limit(pace: RateLimit, limit: int | None, now: int) -> RateLimit:
    """Return the pace under the provider's limit, where an answer names another one than before."""
    if limit is None or limit == pace.limit or not 0 < limit <= HIGHEST_LIMIT:
        return pace
    return _under(pace, replace(pace, limit=limit, learnt=0), now)


def throttled(pace: RateLimit, taken_in: int, *, limit: int | None, retry_after: float | None, now: int) -> RateLimit:
    """Return the pace after a 429 to a call whose turn was taken in version `taken_in` of the pace."""
    told = with_limit(pace, limit, now)
    wait = min(round((retry_after or 0.0) * SECOND), LONGEST_RETRY_AFTER)
    pushed = replace(told, next_at=now + wait) if wait and now + wait > told.next_at else told
    if taken_in < pace.slowed_in:
        return _changed(pace, pushed) if pushed.next_at != told.next_at else pushed
    if goal(told) <= goal(pace) and told.interval <= pace.interval:
        # Nothing that it said explains the 429.
        pushed = _halved(pushed, now)
    slower = replace(pushed, is_ramping=False, changed_at=now)
    return replace(slower, version=pace.version + 1, slowed_in=pace.version + 1)


def answered(pace: RateLimit, taken_in: int, *, limit: int | None, now: int) -> RateLimit:
    """Return the pace after a success; nearly always the same."""
    told = with_limit(pace, limit, now)
    if told != pace or taken_in < pace.slowed_in or pace.interval <= goal(pace):
        return told
    if pace.is_ramping:
        return _changed(pace, _faster(pace, pace.interval // 2, now))
    if now - pace.changed_at < STEP_EVERY:
        return pace
    reference = STEP * (goal(pace) or pace.learnt or interval_of(LEAST_PACE))
    return _changed(pace, _faster(pace, pace.interval * reference // (reference + pace.interval), now))


def restarted(pace: RateLimit, now: int) -> RateLimit:
    """Return the pace with which an outage is left behind."""
    if known := goal(pace):
        interval = RAMP_START * known
    else:
        interval = interval_of(max(LEAST_PACE, turns_lately(pace, now) / RAMP_START))
    version = pace.version + 1
    interval = max(interval, pace.interval)
    return replace(pace, interval=interval, is_ramping=True, changed_at=now, version=version, slowed_in=version)


def _under(before: RateLimit, after: RateLimit, now: int) -> RateLimit:
    was_at_goal = before.interval == goal(before)
    interval = goal(after) if was_at_goal else max(before.interval, goal(after))
    overdrawn = _overdrawn(after, now) if goal(after) > goal(before) else 0
    next_at = max(before.next_at, now + overdrawn) if overdrawn else before.next_at
    return _changed(before, replace(after, interval=interval, next_at=next_at, changed_at=now))


def _overdrawn(pace: RateLimit, now: int) -> int:
    """Return how long a provider, counting the last minute, refuses everything: it took more than it now takes."""
    limit = min(limit for limit in (pace.limit, pace.ceiling) if limit)
    lately = turns_lately(pace, now)
    return MINUTE * (lately - limit) // lately if lately > limit else 0


def _halved(pace: RateLimit, now: int) -> RateLimit:
    if known := goal(pace):
        return replace(pace, interval=max(pace.interval, min(SLOWEST * known, 2 * pace.interval)))
    lately = pace.interval or interval_of(max(1, turns_lately(pace, now)))
    slower = min(interval_of(LEAST_PACE), 2 * lately)
    return replace(pace, interval=slower, learnt=lately) if slower > lately else pace


def _faster(pace: RateLimit, interval: int, now: int) -> RateLimit:
    reached = goal(pace)
    if not reached and interval < MINUTE // UNPACED:
        interval = 0
    is_there = interval <= reached
    return replace(pace, interval=max(interval, reached), is_ramping=pace.is_ramping and not is_there, changed_at=now)


def _changed(before: RateLimit, after: RateLimit) -> RateLimit:
    return replace(after, version=before.version + 1)
