"""How well the likeness scores of a page to its sheets distinguish matching from mismatching pages.

Pairs come from our own renderer and from characters of other artists, because results on our own drawings alone would
be too good. The others are DiceBear's styles and five emoji sets, on flat scenes and in front of photographs; `make
.build/likeness/ready` downloads and draws them. Thresholds are chosen on the cases that the measures were tuned on; all
figures are of other cases. The effect of light and the speed are measured too.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.likeness.compositions import DICEBEAR, EMOJI, INK, Compositions
from benchmarks.likeness.own_drawings import NAME, OwnRenderer
from benchmarks.likeness.pairs import Kind, Source
from benchmarks.likeness.separation import Scored, area, separation, threshold
from benchmarks.likeness.speed import milliseconds
from picturebook.picture_likeness import likeness

ART = Path(".build/likeness")
_PHOTOGRAPHS = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "hubble_deep_field.jpg",
    "motorcycle_left.png",
    "rocket.jpg",
)
_CHOOSING = range(40)
_REPORTING = range(2000, 2060)
_EITHER = "either"
# The mismatches that each score is meant to find, and both together.
_LOOKED_FOR: Mapping[str, tuple[Kind, ...]] = {
    "palette": (Kind.OTHER_CHARACTER, Kind.OTHER_COAT),
    "style": (Kind.OTHER_STYLE, Kind.OTHER_HAND),
    _EITHER: (Kind.OTHER_CHARACTER, Kind.OTHER_COAT, Kind.OTHER_STYLE, Kind.OTHER_HAND),
}
_ALL, _NOT_OURS = "all", "all but our own"


def measure() -> dict[str, Any]:
    """Return the separation by score, kind of mismatch and source, and by light; raise when the art is missing."""
    sources = _sources()
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        chosen = _scored(workers, sources, _CHOOSING)
        reported = _scored(workers, sources, _REPORTING)
    thresholds = {name: min(_thresholds(chosen, name)) for name in _LOOKED_FOR}
    rows = [row for name in _LOOKED_FOR for row in _rows(reported, name, thresholds[name])]
    _show(rows)
    return {
        "pairs": {"choosing": len(chosen), "reporting": len(reported)},
        "thresholds": thresholds,
        "rows": rows,
        "by_light": _by_light(reported),
        "milliseconds": milliseconds(sources[0]),
    }


def _sources() -> list[Source]:
    figures = ART / "figures"
    if not figures.is_dir():
        raise FileNotFoundError(f"{figures} is missing: `make {ART}/ready` fetches and draws it")
    photographs = tuple(ART / "photographs" / name for name in _PHOTOGRAPHS)
    return [
        OwnRenderer(),
        Compositions("DiceBear", DICEBEAR, figures),
        Compositions("emoji", EMOJI, figures),
        Compositions("before photographs", DICEBEAR + EMOJI, figures, photographs),
        Compositions("ink", INK, figures),
    ]


def _scored(workers: ProcessPoolExecutor, sources: Sequence[Source], cases: Iterable[int]) -> list[Scored]:
    wanted = [(source, case) for case in cases for source in sources]
    return [scored for case in workers.map(_score_case, wanted, chunksize=2) for scored in case]


def _score_case(wanted: tuple[Source, int]) -> list[Scored]:
    source, number = wanted
    found = []
    for pair in source.case(number):
        scores = likeness(pair.picture, pair.sheets)
        scores = {**scores, _EITHER: min(scores.values())}
        found.append(Scored(pair.source, pair.case, pair.kind, pair.light, scores))
    return found


def _rows(scored: Sequence[Scored], name: str, least: int) -> list[dict[str, Any]]:
    sources = list(dict.fromkeys(one.source for one in scored))
    groups = {**{source: {source} for source in sources}, _NOT_OURS: {*sources} - {NAME}, _ALL: {*sources}}
    matches = {(one.source, one.case): one.scores[name] for one in scored if one.kind == Kind.MATCH}
    rows = []
    for kinds in ((kind,) for kind in _LOOKED_FOR[name]) if name != _EITHER else (_LOOKED_FOR[name],):
        for group, members in groups.items():
            others = [
                ((one.source, one.case), one.scores[name])
                for one in scored
                if one.kind in kinds and one.source in members
            ]
            if others:
                figures = asdict(separation(matches, others, least))
                rounded = {key: round(value, 3) for key, value in figures.items()}
                rows.append(
                    {"score": name, "mismatch": kinds[0] if len(kinds) == 1 else "any", "source": group, **rounded}
                )
    return rows


def _values(scored: Iterable[Scored], name: str, kind: Kind) -> list[int]:
    return [one.scores[name] for one in scored if one.kind == kind]


def _thresholds(scored: Sequence[Scored], name: str) -> list[int]:
    """Return the threshold of each source, so that no source has more false alarms than allowed."""
    sources = dict.fromkeys(one.source for one in scored)
    return [threshold(_values((one for one in scored if one.source == source), name, Kind.MATCH)) for source in sources]


def _by_light(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Return by the light of the scene, without our own renderer: the mean scores of matches, and the AUC."""
    found: dict[str, dict[str, float]] = {}
    for light in sorted({one.light for one in scored if one.source != NAME}):
        there = [one for one in scored if one.source != NAME and one.light == light]
        for name, kinds in (("palette", _LOOKED_FOR["palette"]), ("style", (Kind.OTHER_STYLE,))):
            matches = _values(there, name, Kind.MATCH)
            mismatches = [score for kind in kinds for score in _values(there, name, kind)]
            figures = {f"{name}_mean": statistics.mean(matches), f"{name}_auc": area(matches, mismatches)}
            found.setdefault(light, {"matches": len(matches)}).update({k: round(v, 2) for k, v in figures.items()})
    return found


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    sys.stdout.write(
        f"{'score':8} {'mismatch':16} {'source':19} {'pairs':>5}  AUC (95 %)           found  false alarms\n"
    )
    for row in rows:
        sys.stdout.write(
            f"{row['score']:8} {row['mismatch'][:16]:16} {row['source']:19} {row['mismatches']:5}  "
            f"{row['auc']:.2f} ({row['low']:.2f}-{row['high']:.2f})  {row['found']:10.0%} {row['false_alarms']:8.0%}\n"
        )
