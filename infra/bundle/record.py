"""A finished bundle, and the record beside it of the inputs that it was made from."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.functions import FUNCTIONS, LAYER_ASSET, function_asset


class BundleError(RuntimeError):
    """The bundle cannot be made or used; the message says what is missing or too big."""


@dataclass(frozen=True)
class Bundle:
    """A finished bundle.

    `layer` is the folder that holds `python/`; `functions` has function names as keys, `zips` and `digests` asset names
    ("layer.zip"); a digest changes only with the sources. `bytecode` is the Python version compiled for, None when this
    machine has no Python of the target's version. `made` names the parts that this call made.
    """

    target: str
    layer: Path
    functions: dict[str, Path]
    zips: dict[str, Path]
    digests: dict[str, str]
    bytecode: str | None
    unzipped_bytes: int
    made: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """The content of `bundle.json`: the digests of all inputs, and the size."""

    dependencies: str
    digests: dict[str, str]
    bytecode: str | None
    unzipped_bytes: int


def load_bundle(root: Path, target: str) -> Bundle:
    """The bundle that an earlier `make_bundle` finished; its sources may have changed since.

    Raises BundleError when there is none.
    """
    build = root / ".build" / target
    record = read_record(build)
    if record is None:
        raise BundleError(
            f"there is no bundle in .build/{target}: run `python -m infra.bundle --target {target}` first"
        )
    return describe(target, build, record, made=())


def read_record(build: Path) -> Record | None:
    """The record of the last finished bundle in the folder `build`, None when none was finished."""
    path = build / "bundle.json"
    return Record(**json.loads(path.read_text())) if path.is_file() else None


def write_record(build: Path, record: Record) -> None:
    """Declare the bundle in `build` finished."""
    (build / "bundle.json").write_text(json.dumps(asdict(record), indent=1, sort_keys=True))


def forget_record(build: Path) -> None:
    """Declare the bundle in `build` unfinished, until `write_record` is called."""
    (build / "bundle.json").unlink(missing_ok=True)


def describe(target: str, build: Path, record: Record, made: tuple[str, ...]) -> Bundle:
    """The bundle in `build` as its record describes it."""
    functions = {name: build / "functions" / name for name in FUNCTIONS}
    zips = {function_asset(name): build / "functions" / function_asset(name) for name in FUNCTIONS}
    zips[LAYER_ASSET] = build / LAYER_ASSET
    return Bundle(
        target=target,
        layer=build / "layer",
        functions=functions,
        zips=zips,
        digests=record.digests,
        bytecode=record.bytecode,
        unzipped_bytes=record.unzipped_bytes,
        made=made,
    )
