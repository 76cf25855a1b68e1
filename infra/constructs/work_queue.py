"""The queues: work with its dead letters, failed invocations, and refused input.

A message whose handling fails again and again is dead-lettered after `maxReceiveCount` receives. Each receive takes one
visibility timeout, and all of them together must fit into the retention, or the message expires unseen. We stay under
half of it.
"""

from math import ceil

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.nag_acknowledgments import acknowledge
from infra.constructs.names import stack_prefixed
from infra.constructs.operator_alarm import alarm_when_not_empty

_RETENTION = Duration.days(7)
_LONG_RETENTION = Duration.days(14)  # the longest that SQS offers
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: at least six times the function's timeout.
_VISIBILITY_PER_TIMEOUT = 6


class WorkQueue(Construct):
    """A queue that one function reads, `<stack>-<name>`, and its dead letters, `<stack>-<name>-dead`, with an alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, timeout: Duration, receives: int) -> None:
        super().__init__(scope, construct_id)
        self.timeout = timeout
        self.receives = receives
        self.dead_letters = _queue(self, "DeadLetters", f"{name}-dead", _LONG_RETENTION)
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=stack_prefixed(name),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=_RETENTION,
            visibility_timeout=Duration.seconds(ceil(timeout.to_seconds()) * _VISIBILITY_PER_TIMEOUT),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=receives),
        )
        alarm_when_not_empty(
            self,
            self.dead_letters,
            f"Messages of the {name} queue failed unexpectedly, time after time. They wait in its dead-letter queue.",
        )


class FailedInvocations(Construct):
    """The events of a function's failed asynchronous invocations, `<stack>-<name>-dead`, with an alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.queue = _queue(self, "Queue", f"{name}-dead", _LONG_RETENTION)
        acknowledge(self.queue, "SQS3", "It is the last stop of failed invocations; no function reads it.")
        alarm_when_not_empty(
            self,
            self.queue,
            f"An invocation of {name} failed; the function's log says why. Its next invocation does the same work.",
        )


class RefusedQueue(Construct):
    """Refused input, byte for byte as it came, so that an operator can look at it; no function reads it."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str) -> None:
        super().__init__(scope, construct_id)
        self.queue = _queue(self, "Queue", name, _LONG_RETENTION)
        acknowledge(self.queue, "SQS3", "No function reads it, so no read of it can fail.")
        alarm_when_not_empty(
            self, self.queue, "Input was refused. Each message holds the input, and StoryRejected gives the reason."
        )


def _queue(scope: Construct, construct_id: str, name: str, retention: Duration) -> sqs.Queue:
    return sqs.Queue(
        scope,
        construct_id,
        queue_name=stack_prefixed(name),
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=retention,
    )
