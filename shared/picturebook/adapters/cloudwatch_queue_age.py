"""The age of the oldest message in the image queues, which SQS reports only to CloudWatch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from picturebook.adapters.aws_errors import AwsCaller
from picturebook.adapters.thread_executor import THREADS
from picturebook.ports.clock import Clock
from picturebook.ports.executor import Executor
from picturebook.ports.queue_age import QueueAge

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

# SQS reports once a minute, some minutes late; the maximum of several reports is the cautious answer.
_REPORTS_SINCE = timedelta(minutes=10)
_PERIOD_SECONDS = 60
# In flight is "not visible".
_COUNTS: Sequence[QueueAttributeNameType] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class CloudWatchQueueAges:
    """A QueueAges that reads CloudWatch's metric and, without a datum, the queues' message counts.

    An idle queue reports nothing, nor does a queue for up to 15 minutes after it becomes active (SQS developer guide,
    "Creating CloudWatch alarms"): without a datum, the age is known only of a queue without messages. `cloudwatch`
    returns the client, which is made only in the one function that uses it.
    """

    def __init__(
        self,
        cloudwatch: Callable[[], CloudWatchClient],
        sqs: SQSClient,
        urls: Sequence[str],
        *,
        clock: Clock,
        executor: Executor = THREADS,
    ) -> None:
        self._call = AwsCaller(executor)
        self._cloudwatch = cloudwatch
        self._sqs = sqs
        self._urls = urls
        self._clock = clock

    async def read(self) -> QueueAge:
        """Read the metric by one request, and each queue's attributes by another."""
        measured = await self._measured()
        attributes = [await self._attributes(url) for url in self._urls]
        ages = [
            _age_by_count(counted) if age is None else age for age, counted in zip(measured, attributes, strict=True)
        ]
        known = [age for age in ages if age is not None]
        visibility = max(int(counted["VisibilityTimeout"]) for counted in attributes)
        return QueueAge(timedelta(seconds=visibility), oldest=max(known) if len(known) == len(ages) else None)

    async def _measured(self) -> list[timedelta | None]:
        """Return the metric's maximum per queue, None without a complete answer."""
        now = self._clock.now()
        answer = await self._call(
            self._cloudwatch().get_metric_data,
            MetricDataQueries=[_query(number, url) for number, url in enumerate(self._urls)],
            StartTime=now - _REPORTS_SINCE,
            EndTime=now,
        )
        values = {
            result["Id"]: result["Values"]
            for result in answer["MetricDataResults"]
            if result["StatusCode"] == "Complete"
        }
        return [_oldest(values.get(_id(number), [])) for number in range(len(self._urls))]

    async def _attributes(self, url: str) -> Mapping[QueueAttributeNameType, str]:
        names: list[QueueAttributeNameType] = ["VisibilityTimeout", *_COUNTS]
        answer = await self._call(self._sqs.get_queue_attributes, QueueUrl=url, AttributeNames=names)
        return answer["Attributes"]


def _id(number: int) -> str:
    return f"queue{number}"


def _query(number: int, url: str) -> MetricDataQueryTypeDef:
    return {
        "Id": _id(number),
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
            },
            "Period": _PERIOD_SECONDS,
            "Stat": "Maximum",
        },
    }


def _oldest(seconds: Sequence[float]) -> timedelta | None:
    return timedelta(seconds=max(seconds)) if seconds else None


def _age_by_count(attributes: Mapping[QueueAttributeNameType, str]) -> timedelta | None:
    return None if any(int(attributes[name]) for name in _COUNTS) else timedelta(0)
