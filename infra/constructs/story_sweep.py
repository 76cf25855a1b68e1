"""The sweep: sweep_stories, its schedule, and its permissions to finish what a crash interrupted."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs import access
from infra.constructs.event_function import EventFunction
from infra.constructs.lambda_function import FunctionSpec
from infra.constructs.nag_acknowledgments import acknowledge
from infra.constructs.shared_resources import SharedResources
from infra.constructs.story_bucket import BOOKS
from infra.constructs.story_functions import StoryFunctions

# A sweep starts no new repair in its last half minute; the next sweep does the remaining ones.
_TIMEOUT = Duration.seconds(120)
_MEMORY_MB = 512


class StorySweep(Construct):
    """The function that looks at every unfinished story, every five minutes."""

    def __init__(
        self, scope: Construct, construct_id: str, *, functions: StoryFunctions, shared: SharedResources
    ) -> None:
        super().__init__(scope, construct_id)
        spec = FunctionSpec(
            name="sweep_stories",
            timeout=_TIMEOUT,
            memory_mb=_MEMORY_MB,
            environment=shared.story_environment(),
            access=[
                access.read_objects(shared.bucket, [BOOKS]),
                access.write_objects(shared.bucket, [BOOKS]),
                access.list_objects(shared.bucket, [BOOKS]),
                access.use_ledger(shared.ledger),
                access.find_unfinished(shared.ledger),
                access.read_circuits(shared.circuit),
                access.publish_events(shared.bus),
                access.send(shared.characters.queue, shared.pages.queue),
                access.read_backlog(shared.characters.queue, shared.pages.queue),
                access.read_metrics(),
            ],
        )
        function = EventFunction(self, "SweepStories", spec, code=functions.code)
        function.invoke_every(Duration.minutes(5), "Resumes stories that a crash left unfinished.")
        _acknowledge_metrics(function.function)


def _acknowledge_metrics(function: lambda_.Function) -> None:
    if function.role is None:
        raise TypeError("every function of ours has its own role")
    acknowledge(function.role, "IAM5[Resource::*]", "CloudWatch's metrics have no ARN that a policy could name.")
