"""Stores that are away once: at the n-th call of all of them together, before it acts or after, as a crash would be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from picturebook.errors import StoreUnavailableError
from picturebook.use_cases.end_run import Desk


class CrashAt:
    """Counts the calls of all that it wraps; `number` fails, once. With `after_acting` only its answer is lost."""

    def __init__(self, number: int, *, after_acting: bool) -> None:
        self._left = number
        self._after_acting = after_acting

    @property
    def has_struck(self) -> bool:
        return self._left <= 0

    def desk(self, desk: Desk) -> Desk:
        """Return the desk with every store of it wrapped."""
        wrapped = {
            name: _Wrapped(getattr(desk, name), self) for name in ("ledger", "upkeep", "store", "publisher", "queue")
        }
        return replace(desk, **wrapped)  # type: ignore[arg-type]  # they look like what they wrap

    def is_now(self) -> bool:
        self._left -= 1
        return self._left == 0

    async def call(self, method: Any, args: Any, wishes: Any) -> Any:
        strikes = self.is_now()
        if strikes and not self._after_acting:
            raise StoreUnavailableError("away")
        answer = await method(*args, **wishes)
        if strikes:
            raise StoreUnavailableError("the answer was lost")
        return answer


class _Wrapped:
    def __init__(self, inner: Any, crash: CrashAt) -> None:
        self._inner = inner
        self._crash = crash

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if name in {"uri", "events", "objects", "tables", "messages"}:
            return attribute

        async def call(*args: Any, **wishes: Any) -> Any:
            return await self._crash.call(attribute, args, wishes)

        return call
