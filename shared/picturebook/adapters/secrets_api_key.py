"""The image service's key, from Secrets Manager."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import ProviderAccountError, StoreUnavailableError
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

logger = logging.getLogger(__name__)

# How long a process may use a key that was rotated but still works; one read per process in that time.
MOST_AGE_SECONDS = 300.0
# How long a refused key that has not been replaced is not read again: concurrent calls are refused within seconds of
# each other.
UNCHANGED_SECONDS = 10.0
# Errors that only the operator can resolve: no such secret, no permission, deletion scheduled, or KMS key disabled.
NEEDS_A_PERSON = frozenset(
    {"ResourceNotFoundException", "AccessDeniedException", "InvalidRequestException", "DecryptionFailure"}
)


@dataclass(frozen=True, slots=True)
class _KnownKey:
    key: str = field(repr=False)
    read_at: float


class SecretsManagerApiKey:
    """An ApiKeySource whose secret is the key as plain text, kept for `most_age_seconds`."""

    def __init__(
        self,
        client: SecretsManagerClient,
        secret_id: str,
        *,
        clock: Clock,
        most_age_seconds: float = MOST_AGE_SECONDS,
        executor: Executor = THREADS,
    ) -> None:
        self._call = AwsCaller(executor)
        self._client = client
        self._secret_id = secret_id
        self._clock = clock
        self._most_age = most_age_seconds
        self._known: _KnownKey | None = None
        self._found_unchanged_at: float | None = None
        self._reading = asyncio.Lock()

    async def current(self) -> str:
        """Return the key; while Secrets Manager is unavailable, the last known one."""
        known = self._known
        if known is None:
            return await self._read()
        if self._clock.monotonic() - known.read_at < self._most_age:
            return known.key
        try:
            return await self._read()
        except StoreUnavailableError as error:
            logger.warning("The API key could not be read again; using the last known one: %s", error.message)
            return known.key

    async def reload(self, refused: str) -> str:
        """Return the key that replaced `refused`, or `refused`; concurrent callers share one read."""
        async with self._reading:
            if self._known and self._known.key == refused and not self._was_found_unchanged():
                await self._read()
                self._found_unchanged_at = self._clock.monotonic() if self._known.key == refused else None
            return await self.current()

    def _was_found_unchanged(self) -> bool:
        found_at = self._found_unchanged_at
        return found_at is not None and self._clock.monotonic() - found_at < UNCHANGED_SECONDS

    async def _read(self) -> str:
        try:
            answer = await self._call(self._client.get_secret_value, SecretId=self._secret_id)
        except AwsRefusedError as refused:
            if refused.code in NEEDS_A_PERSON:
                raise self._missing(refused.code) from refused
            raise
        key = answer.get("SecretString", "").strip()
        if not key or key.startswith("{") or any(character.isspace() for character in key):
            raise self._missing("it is not one key as plain text")
        self._known = _KnownKey(key, self._clock.monotonic())
        return key

    def _missing(self, why: str) -> ProviderAccountError:
        return ProviderAccountError(
            f"The secret {self._secret_id} has no API key: {why}.", generation_step="api_key", details={"why": why}
        )
