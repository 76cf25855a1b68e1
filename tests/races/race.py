"""One race: rounds of contenders, a seed for what is random, and the proof that they did contend."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tests.races.contenders import CONTENDERS, Contenders, Deed, Round

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

    def run(self, deed: Deed, rounds: Sequence[Sequence[tuple[Any, ...]]]) -> list[Round]:
        """Race, and return what was found in each round (see Contenders.contend).

        Fails when in nine of ten rounds no two writes met, since then nothing was raced.
        """
        played = self.contenders.contend(deed, rounds)
        collisions = [round_.collided for round_ in played]
        collided_rounds = sum(collided > 0 for collided in collisions)
        writes, refused = (
            sum(counts) for counts in zip(*((len(one.writes), one.refused) for one in played), strict=True)
        )
        self.report.append(
            f"{self.name}, {deed.__name__}: {CONTENDERS} processes, {len(played)} rounds, seed {self.seed}: "
            f"{writes} writes, {refused} refused, {sum(collisions)} met one that was made, in {collided_rounds} rounds"
        )
        # Usually nine in ten; how many it is depends on how the machine shares its cores, so a tenth is enough.
        assert collided_rounds > len(played) / 10, f"no contention: {self.report[-1]}"
        return played
