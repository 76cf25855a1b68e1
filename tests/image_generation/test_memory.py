from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer

# The promise for ten draws of 1024x1024 at once in one process, all ten results held.
MOST_MEGABYTES = 256
TEN_DRAWS = """
import asyncio, pathlib, re, sys
from openai import AsyncOpenAI
from picturebook.image_generation import call_openai_image_api

async def main():
    async with AsyncOpenAI(api_key="key", base_url=sys.argv[1]) as client:
        draws = [call_openai_image_api(client, "gpt-image-2", f"A fox, number {number}") for number in range(10)]
        assert len(await asyncio.gather(*draws)) == 10
    # Not ru_maxrss: that survives exec, and would show the peak of the process that started this one.
    status = pathlib.Path("/proc/self/status").read_text()
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status).group(1)) // 1024)

asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak that only Linux reports")
def test_ten_concurrent_draws_stay_within_their_memory() -> None:
    with ImageServer(ServiceConfig(api_key="key", prerendered=True)) as server:
        run = subprocess.run(  # noqa: S603 - this interpreter, our own program
            [sys.executable, "-c", TEN_DRAWS, server.base_url], capture_output=True, text=True, check=True, timeout=600
        )

    assert int(run.stdout) <= MOST_MEGABYTES
