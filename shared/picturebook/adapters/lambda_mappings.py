"""Event source mappings of Lambda."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller, AwsRefusedError
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.executor import Executor
from picturebook.ports.mappings import MappingSetting, MappingStatus

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# API reference of GetEventSourceMapping: the states in which a mapping stays; all others pass.
_ENABLED, _DISABLED = "Enabled", "Disabled"
_ON_ITS_WAY_TO_WORK = frozenset({"Creating", "Enabling", "Updating"})
_STILL_CHANGING = "ResourceInUseException"


class LambdaMappings:
    """A Mappings over Lambda's API. `client` returns the client: one function of all uses it, the others make none."""

    def __init__(self, client: Callable[[], LambdaClient], *, executor: Executor = THREADS) -> None:
        self._call = AwsCaller(executor)
        self._client = client

    async def read(self, mapping_id: str) -> MappingStatus:
        """Return how the mapping is set."""
        answer = await self._call(self._client().get_event_source_mapping, UUID=mapping_id)
        state = answer["State"]
        setting = MappingSetting(
            is_enabled=state == _ENABLED or state in _ON_ITS_WAY_TO_WORK,
            concurrency=answer.get("ScalingConfig", {}).get("MaximumConcurrency"),
        )
        return MappingStatus(setting, is_changing=state not in (_ENABLED, _DISABLED))

    async def change(self, mapping_id: str, setting: MappingSetting) -> bool:
        """Set the mapping; False when Lambda is still busy with an earlier change."""
        if setting.concurrency is None:
            raise ValueError("a mapping is set to a concurrency of its own")
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
