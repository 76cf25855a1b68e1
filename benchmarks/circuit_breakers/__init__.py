"""Our circuit breaker and Powertools' own in the same scenarios, on AWS's own DynamoDB Local.

Each instance is a process, as each Lambda environment is (Powertools counts failures in module variables), and makes
one call after the other. Time passes faster, for both breakers alike, so both keep their default configuration. An
answer of DynamoDB Local then takes more of that time than in reality; figures about calls under way depend on it.
"""

from __future__ import annotations

import random
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.circuit_breakers.scenarios import OURS, OURS_READING, POWERTOOLS, SCENARIOS, Figures, healthy_calls
from tests.races.dynamodb_local.server import running_dynamodb_local

_WIDTH = 112

_NOTES = """\
Powertools 3.37 has its defaults, which its documentation calls a valid production configuration: \
5 consecutive failures, 30 s recovery, 3 successes, state cached for 5 s.
Ours has its defaults, and is told the true number of instances.
Ours is given the circuit that the read which admits the picture brings along, as in production; \
that read is made for the picture and not counted. 'Reading itself' is the same breaker without.
'In turn': every fifth call of an instance works, so at most four in a row fail.
'In flight': all 20 instances have a call under way when the first one fails.
The outage runs in real time. In the others time runs faster: 5 times (80 % of 20 instances, late success), \
10 times (bad instance, slow calls), up to 100 times (a single instance).""".splitlines()


def measure() -> dict[str, Any]:
    """Return the figures of both breakers by scenario, and print them as a table."""
    seed = random.randrange(10**6)  # noqa: S311 - to be repeatable, no secret
    figures: dict[str, Figures] = {OURS: {}, POWERTOOLS: {}}
    with running_dynamodb_local() as address:
        for scenario in SCENARIOS:
            for name, found in figures.items():
                found.update(scenario(address, name, seed=seed))
        reading = healthy_calls(address, OURS_READING)
    rows = {label: {name: figures[name].get(label) for name in figures} for label in figures[OURS]}
    for label, value in reading.items():
        rows[label][OURS_READING] = value
    _show(rows)
    return {"seed": seed, "rows": rows, "notes": _NOTES}


def _show(rows: dict[str, Figures]) -> None:
    table = Table("scenario", OURS, POWERTOOLS, title="Circuit breakers, side by side on DynamoDB Local")
    for label, row in rows.items():
        ours = f"{row[OURS]}" + (f" ({row[OURS_READING]} reading itself)" if OURS_READING in row else "")
        table.add_row(label, ours, f"{row[POWERTOOLS]}")
    console = Console(width=_WIDTH)
    console.print(table)
    for note in _NOTES:
        console.print(f"- {note}", highlight=False)
