"""A function that events and a schedule invoke. Each invocation does all the work that there is to do."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from infra.constructs.lambda_function import FunctionCode, FunctionSpec, LambdaFunction, kebab_case
from infra.constructs.work_queue import FailedInvocations

# The least that EventBridge and Lambda take. An event that is older is not needed: a newer one has done its work.
_MAX_EVENT_AGE = Duration.minutes(1)


class EventFunction(LambdaFunction):
    """A function without a queue. A failed invocation is not retried, because the next one does the same work.

    Its event goes to the queue `<stack>-<name>-dead`, whose alarm calls an operator.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: FunctionSpec, *, code: FunctionCode) -> None:
        super().__init__(scope, construct_id, spec, code)
        self._failed = FailedInvocations(self, "FailedInvocations", name=kebab_case(spec.name)).queue
        self.function.configure_async_invoke(
            retry_attempts=0, max_event_age=_MAX_EVENT_AGE, on_failure=destinations.SqsDestination(self._failed)
        )

    def invoke_every(self, interval: Duration, description: str) -> None:
        """Invoke it on a schedule."""
        events.Rule(
            self,
            "Schedule",
            description=description,
            schedule=events.Schedule.rate(interval),
            targets=[self._as_target()],
        )

    def invoke_on(self, bus: events.EventBus, detail_types: Sequence[str], description: str) -> None:
        """Invoke it when one of our own events of these types is published."""
        pattern = events.EventPattern(source=["picturebook"], detail_type=list(detail_types))
        events.Rule(
            self,
            "Events",
            description=description,
            event_bus=bus,
            event_pattern=pattern,
            targets=[self._as_target()],
        )

    def _as_target(self) -> targets.LambdaFunction:
        return targets.LambdaFunction(
            self.function, retry_attempts=0, max_event_age=_MAX_EVENT_AGE, dead_letter_queue=self._failed
        )
