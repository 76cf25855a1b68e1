"""Starts MiniStack with two changes to how it starts a function, and announces its address.

Runs as a script in MiniStack's own environment (`python -I launcher.py SETTINGS`), so it imports nothing of ours.
Stock MiniStack unzips code and layer afresh for every function process, inside its one process: with our layer that
takes longer than everything else together (25-40 s to the first results, measured). Here a package whose content is
known to be unpacked already is linked instead, and functions run under the interpreter they are given rather than
under MiniStack's. Both reach into `ministack.core.lambda_runtime`, so the version is checked.

SETTINGS is JSON: {"version", "function_python", "unpacked": {sha256 of a zip: folder with its content}}.
"""

import hashlib
import importlib.metadata
import json
import os
import sys
import threading
import time
import types
import urllib.error
import urllib.request
import zipfile
from pathlib import Path


def linking_zipfile(unpacked: dict[str, str]) -> types.ModuleType:
    """Return a stand-in for the module `zipfile` that links what is unpacked already, and unzips all else."""

    class LinkingZipFile(zipfile.ZipFile):
        def _folder(self) -> "str | None":
            with Path(str(self.filename)).open("rb") as package:
                return unpacked.get(hashlib.file_digest(package, "sha256").hexdigest())

        def extractall(self, path=None, members=None, pwd=None):  # type: ignore[no-untyped-def]  # the parent's
            folder = self._folder()
            if folder is None:
                super().extractall(path, members, pwd)
                return
            Path(path).rmdir()  # MiniStack made it, empty
            Path(path).symlink_to(folder, target_is_directory=True)
            Path(str(self.filename)).unlink()  # its copy per process, which nothing reads again

    module = types.ModuleType("zipfile")
    module.__dict__.update(zipfile.__dict__)
    module.ZipFile = LinkingZipFile  # type: ignore[attr-defined]
    return module


def change_function_start(settings: dict[str, object]) -> None:
    """Put both changes in place; end with a sentence when this is not the MiniStack they were made for."""
    found = importlib.metadata.version("ministack")
    if found != settings["version"]:
        sys.exit(f"launcher.py was made for MiniStack {settings['version']}, not for {found}")
    from ministack.core import lambda_runtime  # type: ignore[import-not-found]  # noqa: PLC0415  another environment's, once checked

    if lambda_runtime.zipfile is not zipfile:
        sys.exit("MiniStack does not unzip packages the way launcher.py expects")
    worker_of = lambda_runtime._detect_runtime_binary  # noqa: SLF001  there is no public way

    def detect_runtime_binary(runtime: str) -> "tuple[object, str]":
        return settings["function_python"], worker_of(runtime)[1]

    lambda_runtime.zipfile = linking_zipfile(settings["unpacked"])  # type: ignore[arg-type]  # from JSON
    lambda_runtime._detect_runtime_binary = detect_runtime_binary  # noqa: SLF001  as above


def announce_when_ready(address: str, output: int) -> None:
    """Print the address as one JSON line once it answers; the owner bounds the wait."""
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_ministack/health", timeout=5):  # noqa: S310  our own address
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    os.write(output, (json.dumps({"address": address}) + "\n").encode())


def main() -> None:
    """Run MiniStack in this process until it is killed."""
    change_function_start(json.loads(sys.argv[1]))
    output = os.dup(1)
    os.dup2(2, 1)  # what MiniStack prints belongs in the log
    address = f"http://{os.environ['BIND_HOST']}:{os.environ['GATEWAY_PORT']}"
    threading.Thread(target=announce_when_ready, args=(address, output), daemon=True).start()
    from ministack.app import main as run_ministack  # type: ignore[import-not-found]  # noqa: PLC0415  as above

    sys.argv = ["ministack"]
    run_ministack()


if __name__ == "__main__":
    main()
