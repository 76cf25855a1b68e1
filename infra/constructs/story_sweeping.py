"""Sweeping: sweep_stories with the clock that starts it, and what it may touch to bring a story on."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs import access
from infra.constructs.event_function import EventFunction
from infra.constructs.judged import accept
from infra.constructs.lambda_function import FunctionPlan
from infra.constructs.story_bucket import BOOKS
from infra.constructs.story_functions import StoryFunctions
from infra.constructs.surroundings import Surroundings

# A sweep begins nothing new in its last half minute; what it did not come to is the next one's.
_TIMEOUT = Duration.seconds(120)
_MEMORY_MB = 512


class StorySweeping(Construct):
    """The function, every five minutes, over everything that is unfinished."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: StoryFunctions, around: Surroundings) -> None:
        super().__init__(scope, construct_id)
        plan = FunctionPlan(
            name="sweep_stories",
            timeout=_TIMEOUT,
            memory_mb=_MEMORY_MB,
            environment=around.story_environment(),
            access=[
                access.read_objects(around.bucket, [BOOKS]),
                access.write_objects(around.bucket, [BOOKS]),
                access.see_what_is_missing(around.bucket, [BOOKS]),
                access.use_ledger(around.ledger),
                access.find_unfinished(around.ledger),
                access.read_circuits(around.circuit),
                access.announce(around.bus),
                access.send(around.characters.queue, around.pages.queue),
                access.see_backlog(around.characters.queue, around.pages.queue),
                access.read_metrics(),
            ],
        )
        function = EventFunction(self, "SweepStories", plan, code=functions.code)
        function.start_every(Duration.minutes(5), "Whatever a crash left half done is set going again.")
        _accept_metrics(function.function)


def _accept_metrics(function: lambda_.Function) -> None:
    if function.role is None:
        raise TypeError("a function of ours has a role of its own")
    accept(function.role, "IAM5[Resource::*]", "CloudWatch's metrics have no resource to name.")
