"""The queues: work with its dead letters, starts that failed, and what was refused.

A message whose handling fails again and again is dead-lettered after `maxReceiveCount` receives. Each takes one
visibility timeout, and all of them together must fit into the retention, or the message expires unseen. We stay under
half of it.
"""

from math import ceil

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.judged import accept

_RETENTION = Duration.days(7)
_LONG_RETENTION = Duration.days(14)  # SQS keeps nothing longer
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: at least six times the function's timeout.
_VISIBILITY_PER_TIMEOUT = 6


class WorkQueue(Construct):
    """A queue that one function works off, `<name>`, and its dead letters, `<name>-dead`, with an alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, timeout: Duration, receives: int) -> None:
        super().__init__(scope, construct_id)
        self.timeout = timeout
        self.receives = receives
        self.dead_letters = _queue(self, "DeadLetters", f"{name}-dead", _LONG_RETENTION)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_RETENTION,
            visibility_timeout=Duration.seconds(ceil(timeout.to_seconds()) * _VISIBILITY_PER_TIMEOUT),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=receives),
        )
        _alarm_when_not_empty(self, self.dead_letters, f"Messages of {name} failed unexpectedly and wait for a person.")


class FailedStarts(Construct):
    """What a function that no queue feeds was started with when it failed, `<name>-dead`, with an alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.queue = _queue(self, "Queue", f"{name}-dead", _LONG_RETENTION)
        accept(self.queue, "SQS3", "It is where failures end; nothing receives from it automatically.")
        _alarm_when_not_empty(self, self.queue, f"{name} failed; its log says why. Its next start does the same work.")


class RefusedQueue(Construct):
    """Refused input, as it came, for whoever asks why; nothing works it off."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.queue = _queue(self, "Queue", name, _LONG_RETENTION)
        accept(self.queue, "SQS3", "Nothing receives from it automatically, so nothing can fail to.")
        _alarm_when_not_empty(self, self.queue, "Input was refused; each message holds it, and StoryRejected says why.")


def _queue(scope: Construct, construct_id: str, name: str, retention: Duration) -> sqs.Queue:
    return sqs.Queue(
        scope,
        construct_id,
        queue_name=name,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=retention,
    )


def _alarm_when_not_empty(scope: Construct, queue: sqs.Queue, meaning: str) -> None:
    cloudwatch.Alarm(
        scope,
        "NotEmpty",
        alarm_description=meaning,
        metric=queue.metric_approximate_number_of_messages_visible(
            period=Duration.minutes(1), statistic=cloudwatch.Stats.MAXIMUM
        ),
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold=0,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # SQS reports nothing for an idle queue
    )
