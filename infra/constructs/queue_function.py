"""A function that reads one queue, with a role and a log group of its own."""

from dataclasses import dataclass, replace

from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra.constructs import access
from infra.constructs.lambda_function import FunctionCode, FunctionSpec, LambdaFunction
from infra.constructs.work_queue import WorkQueue


@dataclass(frozen=True)
class QueueSource:
    """A function's event source: the queue, messages per invocation, and invocations at the same time."""

    queue: WorkQueue
    batch_size: int
    concurrency: int


class QueueFunction(LambdaFunction):
    """A function on a queue. `mapping` is its event source mapping, which reconcile_mappings may disable and enable.

    A message that must wait is made visible again later, and each redelivery counts as a receive. After half of the
    receives that its queue allows, the function sends the message afresh. So waiting alone dead-letters no message.
    """

    def __init__(
        self, scope: Construct, construct_id: str, spec: FunctionSpec, source: QueueSource, *, code: FunctionCode
    ) -> None:
        environment = {**spec.environment, "PICTUREBOOK_FRESH_AFTER_RECEIVES": str(source.queue.receives // 2)}
        statements = [*spec.access, access.send(source.queue.queue)]
        super().__init__(scope, construct_id, replace(spec, environment=environment, access=statements), code)
        self.mapping = self._map(source)

    def _map(self, source: QueueSource) -> sources.SqsEventSource:
        """The concurrency is a literal: a parameter in its place stops the mapping in the local emulator, silently."""
        mapping = sources.SqsEventSource(
            source.queue.queue,
            batch_size=source.batch_size,
            max_concurrency=source.concurrency,
            report_batch_item_failures=True,
        )
        self.function.add_event_source(mapping)
        return mapping
