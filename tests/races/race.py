"""One race: rounds of contenders, a random seed, and a check that the contenders' writes really overlapped."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tests.races.contenders import CONTENDERS, Action, Contenders, Round

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Thing = TypeVar("Thing")


@dataclass
class Race:
    """What a test races with; `report` grows by a line for each run."""

    name: str
    seed: int
    client: DynamoDBClient
    contenders: Contenders
    report: list[str]

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a seed that can be repeated, no secret

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        """Return the things in an order that the seed decides."""
        return self._random.sample(things, len(things))

    def run(self, action: Action, rounds: Sequence[Sequence[tuple[Any, ...]]]) -> list[Round]:
        """Run a race and return the results of each round (see Contenders.contend).

        Fails if no two writes overlapped in nine of ten rounds, since then there was no race.
        """
        results = self.contenders.contend(action, rounds)
        collisions = [round_.collided for round_ in results]
        collided_rounds = sum(collided > 0 for collided in collisions)
        writes, refused = (
            sum(counts) for counts in zip(*((len(one.writes), one.refused) for one in results), strict=True)
        )
        self.report.append(
            f"{self.name}, {action.__name__}: {CONTENDERS} processes, {len(results)} rounds, seed {self.seed}: "
            f"{writes} writes, {refused} refused, {sum(collisions)} met one that was made, in {collided_rounds} rounds"
        )
        # Usually nine in ten rounds; it depends on how the machine shares its cores, so a tenth is enough.
        assert collided_rounds > len(results) / 10, f"no contention: {self.report[-1]}"
        return results
