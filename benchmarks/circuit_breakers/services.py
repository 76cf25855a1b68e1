"""What the image service does in a scenario: how long each call takes, and whether it fails. Times in seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """How long a call takes, and whether it fails then."""

    seconds: float
    fails: bool


# From an instance's number, the number of its call (from 0) and the time at which it begins.
Service = Callable[[int, int, float], Answer]


@dataclass(frozen=True, slots=True)
class Failing:
    """Calls of 4 to 8 s that fail with a probability, at random."""

    seed: int
    share: float

    def __call__(self, instance: int, call: int, _now: float) -> Answer:
        """Return the answer, which depends on seed, instance and call alone."""
        random_source = random.Random(f"{self.seed}/{instance}/{call}")  # noqa: S311 - to be repeatable, no secret
        return Answer(random_source.uniform(4, 8), random_source.random() < self.share)


def every_fifth_works(instance: int, call: int, _now: float) -> Answer:
    """Fail 80 % of an instance's calls of 6 s, four in a row at most."""
    return Answer(6, (instance + call) % 5 != 0)


def the_first_instance_fails(instance: int, _call: int, _now: float) -> Answer:
    """Fail the calls of instance 0; calls take 6 s."""
    return Answer(6, instance == 0)


def works(_instance: int, _call: int, _now: float) -> Answer:
    """Have every call succeed, in 6 s."""
    return Answer(6, fails=False)


def works_quickly(_instance: int, _call: int, _now: float) -> Answer:
    """Have every call succeed, in 1 s."""
    return Answer(1, fails=False)


@dataclass(frozen=True, slots=True)
class Recovering:
    """Calls fail in 3 s until `recovers_at`; from then on they work, and are slow."""

    recovers_at: float
    seconds: float

    def __call__(self, _instance: int, _call: int, now: float) -> Answer:
        """Answer by the time at which the call begins."""
        return Answer(3, fails=True) if now < self.recovers_at else Answer(self.seconds, fails=False)


@dataclass(frozen=True, slots=True)
class LateProbe:
    """Instance 0 fails five times, then works: `quick` times in 1 s, then in 45 s. Instance 1 always fails, in 1 s."""

    quick: int

    def __call__(self, instance: int, call: int, _now: float) -> Answer:
        """Answer by the number of the call."""
        if instance == 1 or call < 5:
            return Answer(1, fails=True)
        return Answer(1 if call < 5 + self.quick else 45, fails=False)


def slow_from_before(instance: int, _call: int, _now: float) -> Answer:
    """Have the calls of instance 0 succeed in 12 s, and the others fail in 1 s."""
    return Answer(1, fails=True) if instance else Answer(12, fails=False)
