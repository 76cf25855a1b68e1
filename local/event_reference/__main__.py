"""`python -m local.event_reference write | check | release VERSION`.

`write` writes the tables, samples and schemas anew. `check` fails where they are not current, or where a schema breaks
subscribers of the last release. `release` keeps the current schemas as those of a release.
"""

from __future__ import annotations

import sys

from local.event_reference.compatibility import breaking_changes
from local.event_reference.generated_files import RELEASES, ROOT, SCHEMAS, generated_files, last_release, stale_files
from local.event_reference.schemas import event_schemas


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    match arguments:
        case ["write"]:
            _write()
        case ["check"]:
            return _check()
        case ["release", version]:
            _release(version)
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


def _write() -> None:
    files = generated_files()
    for path in stale_files():
        if path not in files:
            (ROOT / path).unlink()
    for path, content in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(content, encoding="utf-8")


def _check() -> int:
    version, released = last_release()
    problems = [f"{path} is not current: run `make event-docs`" for path in stale_files()]
    problems += [f"breaks subscribers of {version}: {one}" for one in breaking_changes(released, event_schemas())]
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def _release(version: str) -> None:
    folder = ROOT / RELEASES / version
    folder.mkdir(parents=True)
    for path in (ROOT / SCHEMAS).glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
