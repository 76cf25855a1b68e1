"""An Executor over the event loop's default thread pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from picturebook.ports.executor import Executor

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class ThreadExecutor:
    """Runs each function in a thread of the event loop's default pool."""

    async def run(
        self, function: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        """Run `function` in a thread; it continues when the caller is cancelled."""
        return await asyncio.to_thread(function, *args, **kwargs)


THREADS: Executor = ThreadExecutor()
