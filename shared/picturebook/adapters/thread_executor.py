"""An Executor on the event loop's own thread pool."""

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
        """Run `function` in a thread; a cancelled caller leaves it running."""
        return await asyncio.to_thread(function, *args, **kwargs)


THREADS: Executor = ThreadExecutor()
