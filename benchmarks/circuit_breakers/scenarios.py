"""The scenarios: each runs a fleet with the breaker of a given name and returns its figures."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.circuit_breakers import services
from benchmarks.circuit_breakers.fleet import Plan, Seen, work

Figures = dict[str, float | str | None]

POWERTOOLS = "powertools"
OURS = "ours"
OURS_READING = "ours, reading itself"
MOST_CALLS = 400
_FLEET = 20
_RECOVERS_AT = 30.0
_SLOW = 100.0
_OBSERVED_FOR = 250.0
# Which call of a prober is late: Powertools closes on the third success of one prober, ours on the first.
_QUICK = {POWERTOOLS: 2, OURS: 0}


def total_outage(address: str, name: str, *, seed: int) -> Figures:
    """All calls of 20 instances fail. Each instance stops when it is refused."""
    plan = Plan(services.Failing(seed, share=1.0), speed=1, most_calls=20, stops_when_refused=True)
    seen = work(address, name, [plan] * _FLEET)
    return {
        "20 instances, every call fails: calls that had failed when it opened": _ended_when_opened(seen),
        "20 instances, every call fails: calls paid in all, with those in flight": len(seen.calls),
    }


def most_calls_fail(address: str, name: str, *, seed: int) -> Figures:
    """80 % of the calls fail, by chance or in turn, for 20 instances or for one; each stops when it is refused."""
    by_chance, in_turn = services.Failing(seed, share=0.8), services.every_fifth_works
    figures: Figures = {}
    for pattern, service in (("by chance", by_chance), ("four of five in turn", in_turn)):
        for size, speed in ((_FLEET, 5.0), (1, 100.0)):
            plan = Plan(service, speed, instances=size, most_calls=MOST_CALLS // size, stops_when_refused=True)
            seen = work(address, name, [plan] * size)
            instances = f"{size} instances" if size > 1 else "1 instance"
            label = f"{instances}, 80 % fail {pattern}: calls ended when it opened"
            figures[label] = _ended_when_opened(seen) or f"never in {len(seen.calls)}"
    return figures


def one_bad_instance(address: str, name: str, **_: int) -> Figures:
    """One of 20 instances fails every call, the others none, for two minutes."""
    seen = work(address, name, [Plan(services.the_first_instance_fails, speed=10, ends_at=120)] * _FLEET)
    refused = sum(instance != 0 for instance, _ in seen.refusals)
    return {
        "1 bad instance of 20, two minutes: times that the fleet's circuit opened": _opened(seen),
        "1 bad instance of 20, two minutes: instances with healthy calls that were refused": len(
            {instance for instance, _ in seen.refusals if instance != 0}
        ),
        "1 bad instance of 20, two minutes: refusals of healthy instances (one try every 5 s)": refused,
        "1 bad instance of 20, two minutes: calls that the bad one paid": sum(
            call.instance == 0 for call in seen.calls
        ),
    }


def slow_recovery(address: str, name: str, **_: int) -> Figures:
    """After an outage of 30 s every call works and takes 100 s; 20 instances ask every 5 s, for 250 s in all."""
    plan = Plan(services.Recovering(_RECOVERS_AT, _SLOW), speed=10, ends_at=_OBSERVED_FOR)
    seen = work(address, name, [plan] * _FLEET)
    opened = seen.first("OPEN")
    if opened is None:
        return {"calls of 100 s after an outage: it never opened": "never"}
    closed = seen.first("CLOSED", after=_RECOVERS_AT)
    end = _OBSERVED_FOR if closed is None else closed
    probes = [call for call in seen.calls if max(opened, _RECOVERS_AT) <= call.began < end]
    at_once = max(sum(other.began <= call.began < other.ended for other in probes) for call in probes)
    return {
        "calls of 100 s after an outage, 20 instances: most probes at one time": at_once,
        "calls of 100 s after an outage, 20 instances: seconds from recovery to closed": (
            f"not within {_OBSERVED_FOR - _RECOVERS_AT:.0f}" if closed is None else round(closed - _RECOVERS_AT)
        ),
    }


def late_success(address: str, name: str, **_: int) -> Figures:
    """A success arrives late: of a prober after another one took over and failed, and of a call before the opening."""
    service = services.LateProbe(_QUICK[name])
    prober = Plan(service, 5, instances=2, most_calls=6 + _QUICK[name], pause=1.0, invocation_seconds=20)
    usurper = replace(prober, starts_at=45.0, most_calls=1)
    stale = work(address, name, [prober, usurper])
    earlier = Plan(services.slow_from_before, 5, instances=2, most_calls=1)
    failing = replace(earlier, starts_at=2.0, most_calls=5)
    before = work(address, name, [earlier, failing])
    return {
        "success of a prober that was taken over, when a newer probe has reopened": _effect(stale),
        "success of a call that was admitted before the circuit opened": _effect(before),
    }


def healthy_calls(address: str, name: str, **_: int) -> Figures:
    """One instance makes 50 calls that work, of 6 s and of 1 s: requests of the breaker to DynamoDB for each."""
    figures: Figures = {}
    for seconds, service in ((6, services.works), (1, services.works_quickly)):
        seen = work(address, name, [Plan(service, 10.0 * seconds, instances=1, most_calls=50)])
        figures[f"requests to DynamoDB per healthy call of {seconds} s"] = seen.requests["breaker"] / len(seen.calls)
    return figures


SCENARIOS = (total_outage, most_calls_fail, one_bad_instance, slow_recovery, late_success, healthy_calls)


def _opened(seen: Seen) -> int:
    return sum(state == "OPEN" for _, state in seen.moves)


def _ended_when_opened(seen: Seen) -> int | None:
    opened = seen.first("OPEN")
    return None if opened is None else _count_until(seen, opened)


def _count_until(seen: Seen, moment: float) -> int:
    return sum(call.ended <= moment for call in seen.calls)


def _effect(seen: Seen) -> str:
    if {call.instance for call in seen.calls} != {0, 1} or seen.first("OPEN") is None:
        return "it did not come to that"
    return "closes it" if seen.state_at_the_end == "CLOSED" else "none: it stays open"
