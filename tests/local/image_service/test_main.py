"""The service as a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_process_announces_its_address_and_ends_cleanly(ending: signal.Signals, tmp_path: Path) -> None:
    ledger = tmp_path / "bill" / "ledger.jsonl"
    command = [sys.executable, "-m", "local.image_service", "--api-key", "k", "--ledger", str(ledger)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own program
        try:
            assert process.stdout is not None
            announced = json.loads(process.stdout.readline())
            assert announced["url"].startswith("http://127.0.0.1:")
            assert httpx2.get(f"{announced['url']}/healthz", timeout=300).json() == {"status": "ok"}
            assert ledger.exists()
        finally:
            process.send_signal(ending)
        _, complaints = process.communicate(timeout=300)
        assert complaints == b""
        assert process.returncode == 0
