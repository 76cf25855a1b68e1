"""Calls AWS from async code, and translates botocore's errors into ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from picturebook.adapters.thread_executor import THREADS
from picturebook.errors import StoreUnavailableError
from picturebook.ports.executor import Executor

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class AwsRefusedError(StoreUnavailableError):
    """AWS answered with an error. An adapter that expects the `code` catches it.

    `item` is the DynamoDB item whose condition failed, if the request asked for it.
    """

    def __init__(self, code: str, message: str, *, operation: str, item: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, details={"aws_code": code, "operation": operation})
        self.code = code
        self.item = item


class AwsCaller:
    """Makes the blocking calls of boto3's clients on an executor."""

    def __init__(self, executor: Executor = THREADS) -> None:
        self._executor = executor

    async def __call__(
        self, operation: Callable[Arguments, Answer], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        """Make one call and return its answer.

        Raises AwsRefusedError when AWS answers with an error, StoreUnavailableError when no answer comes. An error for
        invalid arguments is a bug of ours, and is not translated. When the caller is cancelled, the request continues
        and its write may succeed: a worker that repeats the write finds it.
        """
        try:
            return await self._executor.run(operation, *args, **kwargs)
        except ClientError as error:
            raise _refusal(error) from error
        except ParamValidationError:
            raise
        except BotoCoreError as error:
            raise StoreUnavailableError(f"AWS could not be reached: {error}") from error


def _refusal(error: ClientError) -> AwsRefusedError:
    response: Mapping[str, Any] = error.response
    code = str(response.get("Error", {}).get("Code", "Unknown"))
    return AwsRefusedError(
        code, f"AWS refused {error.operation_name}: {error}", operation=error.operation_name, item=response.get("Item")
    )
