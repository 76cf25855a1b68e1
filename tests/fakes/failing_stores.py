"""Stores that are away once: at the n-th call of all of them together, before it acts or after, as a crash would be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from picturebook.errors import StoreUnavailableError
from picturebook.services import Services


class CrashAt:
    """Counts the calls of all that it wraps; `number` fails, once. With `after_acting` only its answer is lost.

    The methods that are named in `spared` are not counted and never fail.
    """

    def __init__(self, number: int, *, after_acting: bool, spared: Collection[str] = ()) -> None:
        self._left = number
        self.spared = {"uri", "events", "objects", "tables", "messages", *spared}
        self._after_acting = after_acting

    @property
    def has_struck(self) -> bool:
        return self._left <= 0

    def services(self, services: Services) -> Services:
        """Return the services with every store of them wrapped."""
        stores = ("ledger", "ledger_maintenance", "image_store", "event_publisher", "draw_queue")
        wrapped = {name: _Wrapped(getattr(services, name), self) for name in stores}
        return replace(services, **wrapped)  # type: ignore[arg-type]  # they look like what they wrap

    def is_now(self) -> bool:
        self._left -= 1
        return self._left == 0

    async def call(self, method: Any, args: Any, arguments: Any) -> Any:
        strikes = self.is_now()
        if strikes and not self._after_acting:
            raise StoreUnavailableError("away")
        answer = await method(*args, **arguments)
        if strikes:
            raise StoreUnavailableError("the answer was lost")
        return answer


class _Wrapped:
    def __init__(self, inner: Any, crash: CrashAt) -> None:
        self._inner = inner
        self._crash = crash

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if name in self._crash.spared:
            return attribute

        async def call(*args: Any, **arguments: Any) -> Any:
            return await self._crash.call(attribute, args, arguments)

        return call
