"""The rate limiter that all calls of this process share, in memory, by provider and model.

Unlimited until an answer names a limit, or until 429s show that there is one.
"""

from __future__ import annotations

import functools

from picturebook.adapters.in_memory.rate_limit_store import InMemoryRateLimitStore
from picturebook.adapters.system_clock import SystemClock, SystemRandomSource
from picturebook.rate_limiting.fleet_rate_limiter import FleetRateLimiter


@functools.cache
def process_rate_limiter() -> FleetRateLimiter:
    """Return the rate limiter that all calls share."""
    return FleetRateLimiter(InMemoryRateLimitStore(), clock=SystemClock(), random_source=SystemRandomSource())


def reset_process_rate_limiter() -> None:
    """Forget every rate limit of this process, as a restart would."""
    process_rate_limiter.cache_clear()
