"""Where blocking and CPU-bound work runs, so that the event loop stays free; a simulator runs it inline."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Executor(Protocol):
    """Runs a plain function away from the event loop."""

    async def run(
        self, function: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        """Return what `function` returns, or raise what it raises.

        When the caller is cancelled the function goes on: it cannot be interrupted.
        """
        ...
