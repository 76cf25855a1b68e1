"""Starts function processes in advance, so that the first picture does not wait for imports."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from local.stack.cloud import LocalCloud
from local.stack.part import LocalStackError


class FunctionFailedError(LocalStackError):
    """A function fails even on an empty event, so it would fail on every message."""


def prewarm(cloud: LocalCloud, *, at_most: Mapping[str, int]) -> dict[str, int]:
    """Start as many processes per function as its mappings would use, or at_most by its name; return the counts.

    Meant for a fresh stack: overlapping invocations get a process each, and they overlap while they import. All
    functions start together, because imports use every core.
    Raises FunctionFailedError with the function's log when it fails on the empty event `{}`.
    """
    processes = {name: min(wanted, at_most.get(name, wanted)) for name, wanted in _concurrency(cloud).items()}
    calls = [name for name, count in processes.items() for _ in range(count)]
    if calls:
        reasons = _all_at_once(cloud, calls)
        for name in sorted({name for name, reason in zip(calls, reasons, strict=True) if reason}):
            _invoke_alone(cloud, name)
    return processes


def _all_at_once(cloud: LocalCloud, calls: list[str]) -> list[str | None]:
    pool = ThreadPoolExecutor(len(calls))
    try:
        return list(pool.map(lambda name: _failure(cloud, name), calls))
    finally:
        # On Ctrl-C there is no need to wait for the imports: the cloud ends, and the calls end with it.
        pool.shutdown(wait=False, cancel_futures=True)


def _concurrency(cloud: LocalCloud) -> dict[str, int]:
    mappings = cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    wanted: dict[str, int] = {}
    for mapping in mappings:
        name = mapping["FunctionArn"].split(":function:")[1].split(":")[0]
        wanted[name] = wanted.get(name, 0) + mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1)
    return wanted


def _invoke_alone(cloud: LocalCloud, name: str) -> None:
    # MiniStack ends all processes of a function when one cannot start, so most of several calls fail for that reason.
    if reason := _failure(cloud, name):
        raise FunctionFailedError(f"{name} fails on an empty event: {reason}\n{cloud.function_logs(name)}")


def _failure(cloud: LocalCloud, name: str) -> str | None:
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    return str(json.loads(answer["Payload"].read()).get("errorMessage")) if "FunctionError" in answer else None
