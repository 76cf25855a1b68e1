"""Runs blocking and CPU-bound functions, so that the event loop stays free; a simulator runs them inline."""

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
        """Run `function`; return its result or raise its error.

        When the caller is cancelled, the function continues: it cannot be interrupted.
        """
        ...
