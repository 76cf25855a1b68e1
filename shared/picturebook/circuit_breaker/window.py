"""The counts on which a circuit trips. Pure.

Nothing is written while calls succeed: an instance adds its successes together with its next failure. A window
belongs to one version of its circuit and starts at its first failure.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from picturebook.circuit_breaker.config import CircuitConfig


@dataclass(frozen=True, slots=True)
class WindowUpdate:
    """What one instance adds to the window of a route's circuit `version` (None: not stored yet).

    `successes` are calls that ended after `window_start`, the start of the window that the instance knows, and were
    not added before. They count in that window only.
    """

    route: str
    version: str | None
    instance_id: str
    at: datetime
    window_start: datetime | None = None
    successes: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Failures and successes since `started_at`, and the instances that failed."""

    started_at: datetime
    failures: int
    successes: int
    instances: frozenset[str]

    def is_running(self, config: CircuitConfig, now: datetime) -> bool:
        """Say whether the window still counts: it is not too old, and does not show yet that the route is healthy."""
        is_young = now - self.started_at < timedelta(seconds=config.window_seconds)
        return is_young and self.successes - self.failures < config.healthy_surplus

    def trips(self, config: CircuitConfig, *, instances_seen: int) -> bool:
        """Say whether the circuit should open, given how many instances recently called the route."""
        enough_instances = max(1, min(config.failing_instances, math.ceil(instances_seen / 2)))
        return (
            self.failures >= config.failures_to_open
            and self.failures >= config.failure_share * (self.failures + self.successes)
            and len(self.instances) >= enough_instances
        )
