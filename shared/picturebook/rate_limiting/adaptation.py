"""How the rate of a route follows the provider's limits and errors. Pure.

A limit that an answer names holds at once. A 429 halves the rate, once for all calls that were made at that rate.
Then the rate recovers in equal steps (additive increase, multiplicative decrease, as in TCP: RFC 5681). After an
outage it starts low and doubles with each success. It never exceeds a known limit.
"""

from __future__ import annotations

from dataclasses import replace

from picturebook.rate_limiting.rate_limit import MINUTE, SECOND, RateLimit, interval_of, recent_permits, target_interval

# Repeated 429s come from a provider in trouble, and a slower rate does not help: it never falls below an eighth of the
# limit. Without a known limit, so few images per minute are not the cause of a 429.
SLOWEST = 8
LEAST_IMAGES_PER_MINUTE = 6
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


def with_ceiling(rate_limit: RateLimit, ceiling: int, now: int) -> RateLimit:
    """Return the rate limit under the deployment's own limit in images per minute; 0 removes that limit."""
    return (
        rate_limit if rate_limit.ceiling == ceiling else _under(rate_limit, replace(rate_limit, ceiling=ceiling), now)
    )


def with_limit(rate_limit: RateLimit, limit: int | None, now: int) -> RateLimit:
    """Return the rate limit under the provider's limit, if an answer names a new one."""
    if limit is None or limit == rate_limit.limit or not 0 < limit <= HIGHEST_LIMIT:
        return rate_limit
    return _under(rate_limit, replace(rate_limit, limit=limit, learnt=0), now)


def throttled(
    rate_limit: RateLimit, permit_version: int, *, limit: int | None, retry_after: float | None, now: int
) -> RateLimit:
    """Return the rate limit after a 429 to a call whose permit was taken in version `permit_version`."""
    updated = with_limit(rate_limit, limit, now)
    wait = min(round((retry_after or 0.0) * SECOND), LONGEST_RETRY_AFTER)
    postponed = replace(updated, next_at=now + wait) if wait and now + wait > updated.next_at else updated
    if permit_version < rate_limit.slowed_in:
        return _changed(rate_limit, postponed) if postponed.next_at != updated.next_at else postponed
    if target_interval(updated) <= target_interval(rate_limit) and updated.interval <= rate_limit.interval:
        # The answer names no lower limit that would explain the 429.
        postponed = _halved(postponed, now)
    slower = replace(postponed, is_ramping=False, changed_at=now)
    return replace(slower, version=rate_limit.version + 1, slowed_in=rate_limit.version + 1)


def answered(rate_limit: RateLimit, permit_version: int, *, limit: int | None, now: int) -> RateLimit:
    """Return the rate limit after a success; usually unchanged."""
    updated = with_limit(rate_limit, limit, now)
    is_at_target = rate_limit.interval <= target_interval(rate_limit)
    if updated != rate_limit or permit_version < rate_limit.slowed_in or is_at_target:
        return updated
    if rate_limit.is_ramping:
        return _changed(rate_limit, _faster(rate_limit, rate_limit.interval // 2, now))
    if now - rate_limit.changed_at < STEP_EVERY:
        return rate_limit
    reference = STEP * (target_interval(rate_limit) or rate_limit.learnt or interval_of(LEAST_IMAGES_PER_MINUTE))
    return _changed(
        rate_limit, _faster(rate_limit, rate_limit.interval * reference // (reference + rate_limit.interval), now)
    )


def restarted(rate_limit: RateLimit, now: int) -> RateLimit:
    """Return the rate limit with which calls start again after an outage."""
    if known := target_interval(rate_limit):
        interval = RAMP_START * known
    else:
        interval = interval_of(max(LEAST_IMAGES_PER_MINUTE, recent_permits(rate_limit, now) / RAMP_START))
    version = rate_limit.version + 1
    interval = max(interval, rate_limit.interval)
    return replace(rate_limit, interval=interval, is_ramping=True, changed_at=now, version=version, slowed_in=version)


def _under(before: RateLimit, after: RateLimit, now: int) -> RateLimit:
    was_at_target = before.interval == target_interval(before)
    interval = target_interval(after) if was_at_target else max(before.interval, target_interval(after))
    wait = _wait_for_lower_limit(after, now) if target_interval(after) > target_interval(before) else 0
    next_at = max(before.next_at, now + wait) if wait else before.next_at
    return _changed(before, replace(after, interval=interval, next_at=next_at, changed_at=now))


def _wait_for_lower_limit(rate_limit: RateLimit, now: int) -> int:
    """Return how long the provider refuses every call because the last minute's calls exceed its new limit."""
    limit = min(limit for limit in (rate_limit.limit, rate_limit.ceiling) if limit)
    recent = recent_permits(rate_limit, now)
    return MINUTE * (recent - limit) // recent if recent > limit else 0


def _halved(rate_limit: RateLimit, now: int) -> RateLimit:
    if known := target_interval(rate_limit):
        return replace(rate_limit, interval=max(rate_limit.interval, min(SLOWEST * known, 2 * rate_limit.interval)))
    recent = rate_limit.interval or interval_of(max(1, recent_permits(rate_limit, now)))
    slower = min(interval_of(LEAST_IMAGES_PER_MINUTE), 2 * recent)
    return replace(rate_limit, interval=slower, learnt=recent) if slower > recent else rate_limit


def _faster(rate_limit: RateLimit, interval: int, now: int) -> RateLimit:
    target = target_interval(rate_limit)
    if not target and interval < MINUTE // UNLIMITED:
        interval = 0
    is_ramping = rate_limit.is_ramping and interval > target
    return replace(rate_limit, interval=max(interval, target), is_ramping=is_ramping, changed_at=now)


def _changed(before: RateLimit, after: RateLimit) -> RateLimit:
    return replace(after, version=before.version + 1)
