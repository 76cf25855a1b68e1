"""The circuit breaker's numbers, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CircuitConfig:
    """When a circuit opens, and for how long. All times are in seconds.

    A circuit trips when one window has at least `failures_to_open` failures, they are at least `failure_share` of
    its outcomes, and at least `failing_instances` instances (or half of them, if there are fewer) saw them. A window
    lasts `window_seconds` from its first failure: five calls that time out after three minutes each fit into it, so
    that the circuit of a single instance opens too. It ends early when its successes outnumber its failures by
    `healthy_surplus`, so that earlier successes do not dilute an outage.

    The n-th open time in a row is `open_seconds` doubled n times, at most `longest_open_seconds`; half of it is
    jitter. A provider's Retry-After lengthens it, up to `longest_retry_after`.

    `snapshot_seconds` is how long the breaker uses a circuit that it read. `lease_seconds` is the lease of a probe
    whose caller gives no deadline (the longest call, and a margin); `deadline_margin` is added to a given deadline.
    """

    failures_to_open: int = 5
    failure_share: float = 0.5
    failing_instances: int = 3
    window_seconds: float = 900.0
    healthy_surplus: int = 5
    open_seconds: float = 30.0
    longest_open_seconds: float = 600.0
    longest_retry_after: float = 3600.0
    snapshot_seconds: float = 5.0
    lease_seconds: float = 300.0
    deadline_margin: float = 5.0
