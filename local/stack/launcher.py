"""Starts MiniStack with two changes to how it starts a function, and prints its address when it is ready.

Runs as a script in MiniStack's own environment (`python -I launcher.py SETTINGS`), so it imports none of our modules.
Stock MiniStack unzips code and layer afresh for every function process, inside its one process: with our layer that
takes longer than everything else together (25-40 s to the first results, measured). Here a package whose content is
known to be unpacked already is linked instead, and functions run under the interpreter they are given rather than
under MiniStack's. Both reach into `ministack.core.lambda_runtime`, so the version is checked.

The link leads to a copy by hard links, made at the start. So a bundle that is remade meanwhile does not change the code
of a running stack, as on AWS.

SETTINGS is JSON: {"version", "function_python", "unpacked": {sha256 of a zip: folder with its content}}.
"""

import hashlib
import importlib
import importlib.metadata
import json
import os
import shutil
import socket
import sys
import threading
import time
import types
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any


def keep_unpacked(unpacked: dict[str, str], directory: Path) -> dict[str, str]:
    """Copy the folders into the directory by hard links, or by content from another file system; return the copies."""
    kept = {}
    for digest, folder in unpacked.items():
        kept[digest] = str(shutil.copytree(folder, directory / digest, copy_function=_link_or_copy))
    return kept


def _link_or_copy(source: str, destination: str) -> None:
    try:
        os.link(source, destination)
    except OSError:
        shutil.copy2(source, destination)


class LinkedPackage:
    """Replaces the ZipFile of a package that is unpacked already: extracting it makes one link."""

    def __init__(self, package: Path, folder: str) -> None:
        self._package, self._folder = package, folder

    def __enter__(self) -> "LinkedPackage":
        return self

    def __exit__(self, *_: object) -> None:
        self._package.unlink()  # MiniStack's copy for this process, which nothing reads again

    def namelist(self) -> list[str]:
        """Return no name: MiniStack would check each of some 6,000, which took 1.3 s per function process."""
        return []

    def extractall(self, path: str) -> None:
        """Replace the empty folder that MiniStack made by a link."""
        Path(path).rmdir()
        Path(path).symlink_to(self._folder, target_is_directory=True)


def linking_zipfile(unpacked: dict[str, str]) -> types.ModuleType:
    """Return a replacement for the module `zipfile`: it links packages that are unpacked already, and unzips others."""

    def open_package(file: str) -> LinkedPackage | zipfile.ZipFile:
        with Path(file).open("rb") as package:
            folder = unpacked.get(hashlib.file_digest(package, "sha256").hexdigest())
        return zipfile.ZipFile(file) if folder is None else LinkedPackage(Path(file), folder)

    module = types.ModuleType("zipfile")
    module.__dict__.update(zipfile.__dict__)
    module.ZipFile = open_package  # type: ignore[attr-defined]  # the name MiniStack calls
    return module


def change_function_start(settings: dict[str, Any]) -> None:
    """Make both changes; end with a message when MiniStack is not the version that they were made for."""
    found = importlib.metadata.version("ministack")
    if found != settings["version"]:
        sys.exit(f"launcher.py was made for MiniStack {settings['version']}, not for {found}")
    lambda_runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    if lambda_runtime.zipfile is not zipfile:
        sys.exit("MiniStack does not unzip packages the way launcher.py expects")
    worker_of = lambda_runtime._detect_runtime_binary  # noqa: SLF001  there is no public way

    def detect_runtime_binary(runtime: str) -> "tuple[object, str]":
        return settings["function_python"], worker_of(runtime)[1]

    lambda_runtime.zipfile = linking_zipfile(settings["unpacked"])
    lambda_runtime._detect_runtime_binary = detect_runtime_binary  # noqa: SLF001  as above


def refuse_taken_port(host: str, port: int) -> None:
    """End with a message when a process listens there already: its answers would be taken for MiniStack's."""
    with socket.socket() as probe:
        if probe.connect_ex((host, port)) == 0:
            sys.exit(f"port {port} of {host} is in use")


def announce_when_ready(address: str, output: int) -> None:
    """Print the address as one line of JSON once MiniStack answers; the owner limits the wait."""
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_ministack/health", timeout=5):  # noqa: S310  our own address
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    os.write(output, (json.dumps({"address": address}) + "\n").encode())


def main() -> None:
    """Run MiniStack in this process until it is killed."""
    settings = json.loads(sys.argv[1])
    settings["unpacked"] = keep_unpacked(settings["unpacked"], Path(os.environ["TMPDIR"]) / "unpacked")
    change_function_start(settings)
    output = os.dup(1)
    os.dup2(2, 1)  # MiniStack's own output goes into the log
    host, port = os.environ["BIND_HOST"], int(os.environ["GATEWAY_PORT"])
    refuse_taken_port(host, port)
    threading.Thread(target=announce_when_ready, args=(f"http://{host}:{port}", output), daemon=True).start()
    sys.argv = ["ministack"]
    importlib.import_module("ministack.app").main()  # imported late, because it reads its settings when imported


if __name__ == "__main__":
    main()
