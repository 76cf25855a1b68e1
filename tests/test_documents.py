"""Every path, link and name of code in the documents exists; the changelog alone may name what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYER = ROOT / "shared/picturebook"
SOURCES = ("shared", "functions", "infra", "local", "packages", "benchmarks")
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("packages/*/README.md")} - {ROOT / "CHANGELOG.md"}
)
# In code spans: a path, perhaps with wildcards; a name such as `draw_picture` or `ImageFailed`.
PATH = re.compile(r"(?=[^/]+/)[\w.-]+(?:/[\w.*-]+)*/?")
NAME = re.compile(r"[a-z]+(?:_[a-z]+)+|(?:[A-Z][a-z]+){2,}")
# A recipe has the reader make these; `make demo` makes the book; decisions name what there was before them.
NOT_YET = {"shared/picturebook/bootstrap/chosen_service.py", "tests/functions/test_chosen_service.py"}
MADE = {"book/the-lantern-of-fern-hollow/index.html"}
NEW_NAMES = {"open_chosen_service"}
FORMER_NAMES = {"tend_circuit"}


def folders(root: Path) -> set[str]:
    return {entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")}


# A path that begins elsewhere is an object key (`books/…`), a route or a package's file.
FIRST_SEGMENTS = folders(ROOT) - {"book"} | folders(LAYER)


def code_spans(document: Path) -> Iterator[str]:
    """Yield the inline code of a document, without its fenced blocks."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return (span.partition("::")[0] for span in re.findall(r"`([^`\n]+)`", text))


def exists(path: str, document: Path) -> bool:
    return any(next(base.glob(path.rstrip("/")), None) for base in (ROOT, LAYER, document.parent))


@pytest.fixture(scope="module")
def source_text() -> str:
    """All code and configuration as one text."""
    files = chain.from_iterable((ROOT / folder).rglob("*.py") for folder in SOURCES)
    others = ("Makefile", "pyproject.toml", "cdk.json", "infra/template/picturebook.json")
    return "\n".join(file.read_text(encoding="utf-8") for file in chain(files, map(ROOT.joinpath, others)))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_path_in_a_document_exists(document: Path) -> None:
    paths = {span for span in code_spans(document) if PATH.fullmatch(span)} - NOT_YET - MADE
    ours = {path for path in paths if path.partition("/")[0] in FIRST_SEGMENTS}
    assert {path for path in ours if not exists(path, document)} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_link_in_a_document_leads_to_a_file(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = {target for target in targets if "://" not in target}
    assert {target for target in local if not (document.parent / target).exists()} == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.relative_to(ROOT).as_posix())
def test_every_name_of_code_in_a_document_is_in_the_code(document: Path, source_text: str) -> None:
    names = {span.rstrip("()") for span in code_spans(document)} - NEW_NAMES - FORMER_NAMES
    in_code = set(re.findall(r"\w+", source_text))
    assert {name for name in names if NAME.fullmatch(name)} - in_code == set()
