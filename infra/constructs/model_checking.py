"""Checking models: check_models with the clock that starts it, what it may touch, and the alarm on what it finds."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs import access
from infra.constructs.event_function import EventFunction
from infra.constructs.lambda_function import FunctionPlan
from infra.constructs.story_functions import StoryFunctions
from infra.constructs.surroundings import Surroundings

# One list is asked for, three times at the most, ten seconds each, and a second for what it takes to start.
_TIMEOUT = Duration.seconds(90)
_MEMORY_MB = 512


class ModelChecking(Construct):
    """The function, every day: is what the catalogue says of models still what the image service says?"""

    def __init__(self, scope: Construct, construct_id: str, *, functions: StoryFunctions, around: Surroundings) -> None:
        super().__init__(scope, construct_id)
        plan = FunctionPlan(
            name="check_models",
            timeout=_TIMEOUT,
            memory_mb=_MEMORY_MB,
            environment=around.checking_environment(),
            access=[access.read_secret(around.api_key), access.announce(around.bus)],
        )
        function = EventFunction(self, "CheckModels", plan, code=functions.code)
        function.start_every(Duration.days(1), "Models retire: whoever draws with one is told in time.")
        self._alarm_when_at_risk()

    def _alarm_when_at_risk(self) -> None:
        cloudwatch.Alarm(
            self,
            "ModelsAtRisk",
            alarm_description="The image service retires a model on a day that our catalogue does not have, or does "
            "not serve the default model: ModelRetiring and the log of check_models say which.",
            metric=cloudwatch.Metric(
                namespace="Picturebook",
                metric_name="ModelsAtRisk",
                dimensions_map={"service": "picturebook"},
                period=Duration.days(1),
                statistic=cloudwatch.Stats.MAXIMUM,
            ),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            # When nobody could look, nothing is known to be mended.
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )
