"""The daily check of the model catalogue: check_models, its schedule, its permissions and the alarm on its findings."""

from aws_cdk import Duration
from constructs import Construct

from infra.constructs import access
from infra.constructs.event_function import EventFunction
from infra.constructs.lambda_function import FunctionSpec
from infra.constructs.operator_alarm import alarm_on_function_metric
from infra.constructs.shared_resources import SharedResources
from infra.constructs.story_functions import StoryFunctions

# One list of models is requested, at most three times for ten seconds each; starting takes a second.
_TIMEOUT = Duration.seconds(90)
_MEMORY_MB = 512
_INTERVAL = Duration.days(1)


class ModelCheck(Construct):
    """The function that compares the model catalogue with the image service's own list of models, every day."""

    def __init__(
        self, scope: Construct, construct_id: str, *, functions: StoryFunctions, shared: SharedResources
    ) -> None:
        super().__init__(scope, construct_id)
        spec = FunctionSpec(
            name="check_models",
            timeout=_TIMEOUT,
            memory_mb=_MEMORY_MB,
            environment=shared.story_environment() | shared.api_key_environment(),
            access=[access.read_secret(shared.api_key), access.publish_events(shared.bus)],
        )
        function = EventFunction(self, "CheckModels", spec, code=functions.code)
        function.invoke_every(_INTERVAL, "Publishes ModelRetiring for each model that is about to retire.")
        alarm_on_function_metric(
            self,
            "ModelsAtRisk",
            metric_name="ModelsAtRisk",
            period=_INTERVAL,
            meaning="The image service retires a model on a date that the model catalogue does not have, or it does "
            "not serve the default model. The ModelRetiring event and the log of check_models name the model.",
        )
