"""How well a score distinguishes matches from mismatches: area under the ROC curve, and what a threshold finds."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_RESAMPLES = 400
_SEED = 20261125
# The share of matches that may be reported as mismatches.
FALSE_ALARMS = 0.05


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair's scores, without its pictures."""

    source: str
    case: int
    kind: str
    light: str
    scores: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Separation:
    """AUC with its 95 % interval (bootstrap over cases), mismatches found and false alarms at a threshold; shares."""

    mismatches: int
    auc: float
    low: float
    high: float
    found: float
    false_alarms: float


def area(matches: Sequence[int], mismatches: Sequence[int]) -> float:
    """Return how often a match scores above a mismatch; equal scores count half."""
    ranked = sorted(mismatches)
    above = sum(bisect_left(ranked, score) + bisect_right(ranked, score) for score in matches)
    return above / (2 * len(matches) * len(ranked))


def threshold(matches: Sequence[int]) -> int:
    """Return the largest score below which at most the allowed share of the matches lies."""
    return sorted(matches)[int(FALSE_ALARMS * len(matches))]


def separation(
    matches: Mapping[tuple[str, int], int], others: Sequence[tuple[tuple[str, int], int]], least: int
) -> Separation:
    """Return the separation over cases; each has one match and may have several mismatches."""
    by_case: dict[tuple[str, int], list[int]] = {}
    for case, score in others:
        by_case.setdefault(case, []).append(score)
    cases = sorted(by_case)
    rng = random.Random(_SEED)  # noqa: S311 - to be repeatable, no secret
    areas = sorted(_area_of(rng.choices(cases, k=len(cases)), matches, by_case) for _ in range(_RESAMPLES))
    scores = [score for _, score in others]
    return Separation(
        mismatches=len(scores),
        auc=_area_of(cases, matches, by_case),
        low=areas[round(0.025 * _RESAMPLES)],
        high=areas[round(0.975 * _RESAMPLES) - 1],
        found=_share_below(scores, least),
        false_alarms=_share_below([matches[case] for case in cases], least),
    )


def _area_of(
    cases: Sequence[tuple[str, int]],
    matches: Mapping[tuple[str, int], int],
    by_case: Mapping[tuple[str, int], list[int]],
) -> float:
    return area([matches[case] for case in cases], [score for case in cases for score in by_case[case]])


def _share_below(scores: Sequence[int], least: int) -> float:
    return sum(score < least for score in scores) / len(scores)
