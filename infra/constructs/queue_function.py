"""A function that works off one queue, with a role and a log group of its own."""

from dataclasses import dataclass, replace

from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra.constructs import access
from infra.constructs.lambda_function import FunctionCode, FunctionPlan, LambdaFunction
from infra.constructs.work_queue import WorkQueue


@dataclass(frozen=True)
class QueueWork:
    """How a function is fed: from which queue, how many messages at once, in how many invocations at once."""

    queue: WorkQueue
    batch_size: int
    concurrency: int


class QueueFunction(LambdaFunction):
    """A function on a queue. `mapping` is what brings it its messages, and can be stopped and started.

    What waits is put back and comes again, and each time counts as a receive. After half of them the function sends
    the message afresh, so that waiting alone brings none to the dead letters.
    """

    def __init__(
        self, scope: Construct, construct_id: str, plan: FunctionPlan, work: QueueWork, *, code: FunctionCode
    ) -> None:
        environment = {**plan.environment, "PICTUREBOOK_FRESH_AFTER_RECEIVES": str(work.queue.receives // 2)}
        statements = [*plan.access, access.send(work.queue.queue)]
        super().__init__(scope, construct_id, replace(plan, environment=environment, access=statements), code)
        self.mapping = self._work_off(work)

    def _work_off(self, work: QueueWork) -> sources.SqsEventSource:
        """The concurrency is a literal: a parameter in its place stops the mapping in the local emulator, silently."""
        source = sources.SqsEventSource(
            work.queue.queue,
            batch_size=work.batch_size,
            max_concurrency=work.concurrency,
            report_batch_item_failures=True,
        )
        self.function.add_event_source(source)
        return source
