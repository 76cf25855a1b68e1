from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.cloudwatch_queue_age import CloudWatchQueueAges
from picturebook.ports.queue_age import QueueAge, QueueAges
from tests.fakes.clock import FakeClock
from tests.fakes.in_memory_queue_ages import InMemoryQueueAges

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Watched:
    """The ages of two queues, and functions to queue a message and to report its age as CloudWatch does."""

    ages: QueueAges
    send: Callable[[], object]
    report: Callable[[timedelta], object]


def cloudwatch_ages(aws: AwsClients, clock: FakeClock) -> Watched:
    urls = [
        aws.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": seconds})["QueueUrl"]
        for name, seconds in (("character", "60"), ("page", "3600"))
    ]

    def report(age: timedelta) -> None:
        for name, seconds in (("character", 1.0), ("page", age.total_seconds())):
            report_age(aws, name, seconds, clock, ago=timedelta(minutes=3))

    return Watched(
        CloudWatchQueueAges(lambda: aws.cloudwatch, aws.sqs, urls, clock=clock),
        send=lambda: aws.sqs.send_message(QueueUrl=urls[1], MessageBody="{}"),
        report=report,
    )


def report_age(aws: AwsClients, queue: str, seconds: float, clock: FakeClock, *, ago: timedelta) -> None:
    aws.cloudwatch.put_metric_data(
        Namespace="AWS/SQS",
        MetricData=[
            {
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": queue}],
                "Timestamp": clock.now() - ago,
                "Value": seconds,
            }
        ],
    )


@pytest.fixture(params=["cloudwatch", "in_memory"])
def watched(request: pytest.FixtureRequest, clock: FakeClock) -> Watched:
    if request.param == "cloudwatch":
        return cloudwatch_ages(request.getfixturevalue("aws"), clock)
    ages = InMemoryQueueAges(HOUR)

    def send() -> None:
        ages.waiting += 1

    return Watched(ages, send, ages.measured.append)


async def test_the_age_of_empty_queues_is_zero(watched: Watched) -> None:
    assert await watched.ages.read() == QueueAge(visibility=HOUR, oldest=timedelta(0))


async def test_the_age_of_an_unreported_message_is_unknown(watched: Watched) -> None:
    watched.send()
    assert await watched.ages.read() == QueueAge(visibility=HOUR, oldest=None)


async def test_the_age_of_the_oldest_message_is_the_reported_one(watched: Watched) -> None:
    watched.send()
    watched.report(timedelta(minutes=90))
    assert await watched.ages.read() == QueueAge(visibility=HOUR, oldest=timedelta(minutes=90))


async def test_of_several_reports_the_oldest_counts(watched: Watched) -> None:
    for minutes in (10, 95, 20):
        watched.report(timedelta(minutes=minutes))
    assert (await watched.ages.read()).oldest == timedelta(minutes=95)
