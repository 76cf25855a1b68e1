"""The alarm: something waits for a person. All our alarms are made here."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.names import STACK_NAME


class OperatorAlarm(cloudwatch.Alarm):
    """Rings as soon as the metric's maximum over one period is above zero.

    `meaning` is what the operator reads: what happened, and where to look.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        metric: cloudwatch.IMetric,
        meaning: str,
        missing_data: cloudwatch.TreatMissingData,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            alarm_description=meaning,
            metric=metric,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            treat_missing_data=missing_data,
        )


def alarm_when_not_empty(scope: Construct, queue: sqs.Queue, meaning: str) -> OperatorAlarm:
    """An alarm on a queue from which only a person receives."""
    metric = queue.metric_approximate_number_of_messages_visible(
        period=Duration.minutes(1), statistic=cloudwatch.Stats.MAXIMUM
    )
    return OperatorAlarm(
        scope,
        "NotEmpty",
        metric=metric,
        meaning=meaning,
        # SQS reports nothing for an idle queue.
        missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )


def alarm_on_function_metric(
    scope: Construct, construct_id: str, *, metric_name: str, period: Duration, meaning: str
) -> OperatorAlarm:
    """An alarm on a metric that one of our functions writes once per `period`."""
    metric = cloudwatch.Metric(
        namespace="Picturebook",
        metric_name=metric_name,
        # As the functions write it: Powertools' service name, which is the stack's.
        dimensions_map={"service": STACK_NAME},
        period=period,
        statistic=cloudwatch.Stats.MAXIMUM,
    )
    return OperatorAlarm(
        scope,
        construct_id,
        metric=metric,
        meaning=meaning,
        # A function that could not look says nothing: the alarm keeps its state until the function has looked again.
        missing_data=cloudwatch.TreatMissingData.IGNORE,
    )
