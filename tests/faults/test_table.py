"""docs/faults.md names tests that exist, for every fault, and every test of this folder stands in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \|.*\| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FAULTS = 32


def rows() -> dict[int, list[tuple[str, str]]]:
    text = (ROOT / "docs/faults.md").read_text()
    return {int(number): NAMED.findall(tests) for number, tests in ROW.findall(text)}


def functions_in(path: Path) -> set[str]:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, kinds)}


def test_every_fault_names_tests_that_exist() -> None:
    assert list(rows()) == list(range(1, FAULTS + 1))
    for number, named in rows().items():
        assert named, f"fault {number} has no test"
        for path, name in named:
            assert name in functions_in(ROOT / path), f"fault {number}: {path} has no {name}"


def test_every_test_of_this_folder_stands_in_the_table() -> None:
    named = {name for tests in rows().values() for _, name in tests}
    for path in Path(__file__).parent.glob("test_*.py"):
        if path != Path(__file__):
            own = {name for name in functions_in(path) if name.startswith("test_")}
            assert own <= named, f"{path.name}: {own - named}"
