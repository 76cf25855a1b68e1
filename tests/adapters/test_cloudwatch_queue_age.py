from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.cloudwatch_queue_age import CloudWatchQueueAges
from picturebook.errors import StoreUnavailableError
from picturebook.ports.queue_age import QueueAge
from tests.contracts.test_queue_age import report_age
from tests.fakes.clock import FakeClock

URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/"
URLS = [URL + "character", URL + "page"]
COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]


@pytest.fixture
def ages(aws: AwsClients, clock: FakeClock) -> CloudWatchQueueAges:
    return CloudWatchQueueAges(lambda: aws.cloudwatch, aws.sqs, URLS, clock=clock)


def question(clock: FakeClock) -> dict[str, Any]:
    queries = [
        {
            "Id": f"queue{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/SQS",
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [{"Name": "QueueName", "Value": name}],
                },
                "Period": 60,
                "Stat": "Maximum",
            },
        }
        for number, name in enumerate(("character", "page"))
    ]
    return {"MetricDataQueries": queries, "StartTime": clock.now() - timedelta(minutes=10), "EndTime": clock.now()}


def measured(*values: list[float], status: str = "Complete") -> dict[str, Any]:
    results = [{"Id": f"queue{number}", "Values": of, "StatusCode": status} for number, of in enumerate(values)]
    return {"MetricDataResults": results}


def counted(**counts: int) -> dict[str, Any]:
    return {"Attributes": {"VisibilityTimeout": "3600", **{name: str(counts.get(name, 0)) for name in COUNTS}}}


async def read(ages: CloudWatchQueueAges, aws: AwsClients, metric: dict[str, Any], *queues: dict[str, Any]) -> QueueAge:
    with Stubber(aws.cloudwatch) as cloudwatch, Stubber(aws.sqs) as sqs:
        cloudwatch.add_response("get_metric_data", metric)
        for url, queue in zip(URLS, queues, strict=True):
            expected = {"QueueUrl": url, "AttributeNames": ["VisibilityTimeout", *COUNTS]}
            sqs.add_response("get_queue_attributes", queue, expected)
        return await ages.read()


async def test_both_queues_are_asked_for_by_one_request_about_the_last_ten_minutes(
    ages: CloudWatchQueueAges, aws: AwsClients, clock: FakeClock
) -> None:
    with Stubber(aws.cloudwatch) as cloudwatch, Stubber(aws.sqs) as sqs:
        cloudwatch.add_response("get_metric_data", measured([3.0, 7.0], [5.0]), question(clock))
        for _ in URLS:
            sqs.add_response("get_queue_attributes", counted())
        assert (await ages.read()).oldest == timedelta(seconds=7)
        cloudwatch.assert_no_pending_responses()


@pytest.mark.parametrize("count", COUNTS)
async def test_a_queue_that_reports_nothing_and_holds_a_message_makes_the_age_unknown(
    ages: CloudWatchQueueAges, aws: AwsClients, count: str
) -> None:
    assert (await read(ages, aws, measured([7.0], []), counted(), counted(**{count: 1}))).oldest is None


async def test_a_queue_that_reports_nothing_and_holds_nothing_leaves_the_other_ones_age(
    ages: CloudWatchQueueAges, aws: AwsClients
) -> None:
    assert (await read(ages, aws, measured([7.0], []), counted(), counted())).oldest == timedelta(seconds=7)


async def test_an_incomplete_answer_is_none(ages: CloudWatchQueueAges, aws: AwsClients) -> None:
    partial = measured([7.0], [7.0], status="PartialData")
    waiting = counted(ApproximateNumberOfMessages=1)
    assert (await read(ages, aws, partial, waiting, waiting)).oldest is None


async def test_old_reports_are_ignored(aws: AwsClients, clock: FakeClock) -> None:
    url = aws.sqs.create_queue(QueueName="page")["QueueUrl"]
    report_age(aws, "page", 9000.0, clock, ago=timedelta(minutes=11))
    ages = CloudWatchQueueAges(lambda: aws.cloudwatch, aws.sqs, [url], clock=clock)
    assert (await ages.read()).oldest == timedelta(0)


async def test_a_metric_that_cannot_be_read_is_an_unavailable_store(ages: CloudWatchQueueAges, aws: AwsClients) -> None:
    with Stubber(aws.cloudwatch) as cloudwatch:
        cloudwatch.add_client_error("get_metric_data", "AccessDenied")
        with pytest.raises(StoreUnavailableError, match="GetMetricData"):
            await ages.read()
