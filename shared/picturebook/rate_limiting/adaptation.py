"""How the rate of a route follows the provider's limits and errors. Pure.

A limit that an answer names holds at once. A 429 halves the rate, once for all calls that were made at that rate.
Then the rate recovers in equal steps (additive increase, multiplicative decrease, as in TCP: RFC 5681). After an
outage it starts low and doubles with each success. It never exceeds a known limit.
"""

from __future__ import annotations

from dataclasses import replace

from picturebook.rate_limiting.rate_limit import MINUTE, SECOND, RateLimit, interval_of, permits_lately, target_interval

# Repeated 429s come from a provider in trouble, and a slower rate does not help: it never falls below an eighth of the
# limit. Without a known limit, so few images per minute are not the cause of a 429.
SLOWEST = 8
LEAST_RATE = 6
# From a half to the limit in ten steps: 50 s without a 429.
STEP = 20
STEP_EVERY = 5 * SECOND
# After an outage: a quarter of the limit, or of the recent rate.
RAMP_START = 4
# Without a known limit, a rate above this many images per minute is no longer limited.
UNLIMITED = 600
LONGEST_RETRY_AFTER = 3600 * SECOND
# A provider's number beyond this is no limit of images per minute.
HIGHEST_LIMIT = 1_000_000


def with_ceiling(rate: RateLimit, ceiling: int, now: int) -> RateLimit:
    """Return the rate limit under the deployment's own limit in images per minute; 0 removes that limit."""
    return rate if rate.ceiling == ceiling else _under(rate, replace(rate, ceiling=ceiling), now)


def with_limit(rate: RateLimit, limit: int | None, now: int) -> RateLimit:
    """Return the rate limit under the provider's limit, if an answer names a new one."""
    if limit is None or limit == rate.limit or not 0 < limit <= HIGHEST_LIMIT:
        return rate
    return _under(rate, replace(rate, limit=limit, learnt=0), now)


def throttled(
    rate: RateLimit, permit_version: int, *, limit: int | None, retry_after: float | None, now: int
) -> RateLimit:
    """Return the rate limit after a 429 to a call whose permit was taken in version `permit_version`."""
    updated = with_limit(rate, limit, now)
    wait = min(round((retry_after or 0.0) * SECOND), LONGEST_RETRY_AFTER)
    postponed = replace(updated, next_at=now + wait) if wait and now + wait > updated.next_at else updated
    if permit_version < rate.slowed_in:
        return _changed(rate, postponed) if postponed.next_at != updated.next_at else postponed
    if target_interval(updated) <= target_interval(rate) and updated.interval <= rate.interval:
        # The answer names no lower limit that would explain the 429.
        postponed = _halved(postponed, now)
    slower = replace(postponed, is_ramping=False, changed_at=now)
    return replace(slower, version=rate.version + 1, slowed_in=rate.version + 1)


def answered(rate: RateLimit, permit_version: int, *, limit: int | None, now: int) -> RateLimit:
    """Return the rate limit after a success; usually unchanged."""
    updated = with_limit(rate, limit, now)
    is_at_target = rate.interval <= target_interval(rate)
    if updated != rate or permit_version < rate.slowed_in or is_at_target:
        return updated
    if rate.is_ramping:
        return _changed(rate, _faster(rate, rate.interval // 2, now))
    if now - rate.changed_at < STEP_EVERY:
        return rate
    reference = STEP * (target_interval(rate) or rate.learnt or interval_of(LEAST_RATE))
    return _changed(rate, _faster(rate, rate.interval * reference // (reference + rate.interval), now))


def restarted(rate: RateLimit, now: int) -> RateLimit:
    """Return the rate limit with which calls start again after an outage."""
    if known := target_interval(rate):
        interval = RAMP_START * known
    else:
        interval = interval_of(max(LEAST_RATE, permits_lately(rate, now) / RAMP_START))
    version = rate.version + 1
    interval = max(interval, rate.interval)
    return replace(rate, interval=interval, is_ramping=True, changed_at=now, version=version, slowed_in=version)


def _under(before: RateLimit, after: RateLimit, now: int) -> RateLimit:
    was_at_target = before.interval == target_interval(before)
    interval = target_interval(after) if was_at_target else max(before.interval, target_interval(after))
    wait = _wait_for_lower_limit(after, now) if target_interval(after) > target_interval(before) else 0
    next_at = max(before.next_at, now + wait) if wait else before.next_at
    return _changed(before, replace(after, interval=interval, next_at=next_at, changed_at=now))


def _wait_for_lower_limit(rate: RateLimit, now: int) -> int:
    """Return how long the provider refuses every call because the last minute's calls exceed its new limit."""
    limit = min(limit for limit in (rate.limit, rate.ceiling) if limit)
    recent = permits_lately(rate, now)
    return MINUTE * (recent - limit) // recent if recent > limit else 0


def _halved(rate: RateLimit, now: int) -> RateLimit:
    if known := target_interval(rate):
        return replace(rate, interval=max(rate.interval, min(SLOWEST * known, 2 * rate.interval)))
    recent = rate.interval or interval_of(max(1, permits_lately(rate, now)))
    slower = min(interval_of(LEAST_RATE), 2 * recent)
    return replace(rate, interval=slower, learnt=recent) if slower > recent else rate


def _faster(rate: RateLimit, interval: int, now: int) -> RateLimit:
    target = target_interval(rate)
    if not target and interval < MINUTE // UNLIMITED:
        interval = 0
    is_ramping = rate.is_ramping and interval > target
    return replace(rate, interval=max(interval, target), is_ramping=is_ramping, changed_at=now)


def _changed(before: RateLimit, after: RateLimit) -> RateLimit:
    return replace(after, version=before.version + 1)
