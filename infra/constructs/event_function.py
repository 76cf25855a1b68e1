"""A function that events and the clock start, and that does all its work anew at each start."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda_destinations as destinations
from constructs import Construct

from infra.constructs.lambda_function import FunctionCode, FunctionPlan, LambdaFunction, function_name
from infra.constructs.work_queue import FailedStarts

# The least that EventBridge and Lambda take: who comes later finds that the next start has done the work.
_MOST_AGE = Duration.minutes(1)


class EventFunction(LambdaFunction):
    """A function without a queue. A start that fails is not repeated, because the next one does the same work.

    It is kept in the queue `<name>-dead`, whose alarm calls somebody.
    """

    def __init__(self, scope: Construct, construct_id: str, plan: FunctionPlan, *, code: FunctionCode) -> None:
        super().__init__(scope, construct_id, plan, code)
        self._failed = FailedStarts(self, "FailedStarts", name=function_name(plan.name)).queue
        self.function.configure_async_invoke(
            retry_attempts=0, max_event_age=_MOST_AGE, on_failure=destinations.SqsDestination(self._failed)
        )

    def start_every(self, interval: Duration, why: str) -> None:
        """Start it by the clock."""
        events.Rule(
            self, "Clock", description=why, schedule=events.Schedule.rate(interval), targets=[self._as_target()]
        )

    def start_on(self, bus: events.EventBus, detail_types: Sequence[str], why: str) -> None:
        """Start it when one of our own events is published."""
        pattern = events.EventPattern(source=["picturebook"], detail_type=list(detail_types))
        events.Rule(self, "Events", description=why, event_bus=bus, event_pattern=pattern, targets=[self._as_target()])

    def _as_target(self) -> targets.LambdaFunction:
        return targets.LambdaFunction(
            self.function, retry_attempts=0, max_event_age=_MOST_AGE, dead_letter_queue=self._failed
        )
