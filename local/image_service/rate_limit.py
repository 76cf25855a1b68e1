"""The provider's limit of images per minute, over a sliding window."""

from collections import deque
from collections.abc import Callable

from local.image_service.api_errors import rate_limit_exceeded

WINDOW_SECONDS = 60.0


class ImagesPerMinute:
    """Admits at most `limit` pictures in any 60 seconds; None admits all."""

    def __init__(self, limit: int | None, clock: Callable[[], float]) -> None:
        """Start with no pictures admitted; `clock` returns seconds."""
        self.limit = limit
        self._clock = clock
        self._admitted: deque[float] = deque()

    def admit(self, images: int) -> None:
        """Admit `images` pictures now; raises `ApiError` 429 with Retry-After when they exceed the limit."""
        if self.limit is None:
            return
        self._forget_old()
        if len(self._admitted) + images > self.limit:
            oldest = self._admitted[0] if self._admitted else self._clock()
            raise rate_limit_exceeded(self.limit, max(1.0, round(oldest + WINDOW_SECONDS - self._clock(), 3)))
        self._admitted.extend([self._clock()] * images)

    def headers(self) -> dict[str, str]:
        """Return the rate-limit headers that every image answer carries."""
        if self.limit is None:
            return {}
        self._forget_old()
        reset = self._admitted[0] + WINDOW_SECONDS - self._clock() if self._admitted else 0.0
        return {
            "x-ratelimit-limit-images": str(self.limit),
            "x-ratelimit-remaining-images": str(self.limit - len(self._admitted)),
            "x-ratelimit-reset-images": f"{max(0.0, reset):.3g}s",
        }

    def _forget_old(self) -> None:
        while self._admitted and self._admitted[0] <= self._clock() - WINDOW_SECONDS:
            self._admitted.popleft()
