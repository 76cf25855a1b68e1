"""Lambda's event source mappings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.executor import Executor
from picturebook.ports.mappings import MappingSetting, MappingStatus

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# API reference of GetEventSourceMapping: these two states last, all others are temporary.
_ENABLED, _DISABLED = "Enabled", "Disabled"
_BECOMING_ENABLED = frozenset({"Creating", "Enabling", "Updating"})
_STILL_CHANGING = "ResourceInUseException"


class LambdaMappings:
    """A Mappings over Lambda's API. `client` returns the client, which only the one function that uses it makes."""

    def __init__(self, client: Callable[[], LambdaClient], *, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client

    async def read(self, mapping_id: str) -> MappingStatus:
        """Return the mapping's status."""
        answer = await self._call(self._client().get_event_source_mapping, UUID=mapping_id)
        state = answer["State"]
        setting = MappingSetting(
            is_enabled=state == _ENABLED or state in _BECOMING_ENABLED,
            concurrency=answer.get("ScalingConfig", {}).get("MaximumConcurrency"),
        )
        return MappingStatus(setting, is_changing=state not in (_ENABLED, _DISABLED))

    async def change(self, mapping_id: str, setting: MappingSetting) -> bool:
        """Update the mapping; return False while Lambda is applying an earlier update."""
        if setting.concurrency is None:
            raise ValueError("a mapping's update needs a concurrency")
        try:
            await self._call(
                self._client().update_event_source_mapping,
                UUID=mapping_id,
                Enabled=setting.is_enabled,
                ScalingConfig={"MaximumConcurrency": setting.concurrency},
            )
        except AwsRefusedError as refused:
            if refused.code != _STILL_CHANGING:
                raise
            return False
        return True
