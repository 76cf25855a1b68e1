"""Waiting out an outage: reconcile_mappings, its triggers, its permissions and the alarm on an account problem."""

from aws_cdk import Duration
from constructs import Construct

from infra.constructs import access
from infra.constructs.event_function import EventFunction
from infra.constructs.lambda_function import FunctionSpec
from infra.constructs.operator_alarm import alarm_on_function_metric
from infra.constructs.shared_resources import SharedResources
from infra.constructs.story_functions import StoryFunctions

_TIMEOUT = Duration.seconds(30)
_MEMORY_MB = 256
_INTERVAL = Duration.minutes(1)
_CIRCUIT_EVENTS = ("CircuitOpened", "CircuitHalfOpened", "CircuitClosed")


class MappingReconciliation(Construct):
    """The function that pauses and resumes both image queues, at every circuit event and every minute."""

    def __init__(
        self, scope: Construct, construct_id: str, *, functions: StoryFunctions, shared: SharedResources
    ) -> None:
        super().__init__(scope, construct_id)
        characters, pages = functions.draw_character.mapping, functions.draw_page.mapping
        spec = FunctionSpec(
            name="reconcile_mappings",
            timeout=_TIMEOUT,
            memory_mb=_MEMORY_MB,
            environment=shared.story_environment()
            | {
                "PICTUREBOOK_CHARACTER_MAPPING": characters.event_source_mapping_id,
                "PICTUREBOOK_PAGE_MAPPING": pages.event_source_mapping_id,
                "PICTUREBOOK_IMAGE_CONCURRENCY": str(functions.image_concurrency),
            },
            access=[access.read_circuits(shared.circuit), access.set_mappings(characters, pages)],
        )
        function = EventFunction(self, "ReconcileMappings", spec, code=functions.code)
        function.invoke_on(shared.bus, _CIRCUIT_EVENTS, "Pauses or resumes the image queues when a circuit changes.")
        function.invoke_every(
            _INTERVAL, "Resumes the image queues when a probe is due, and finds a lost circuit event."
        )
        alarm_on_function_metric(
            self,
            "HeldForAPerson",
            metric_name="CircuitsHeldForAPerson",
            period=_INTERVAL,
            meaning="The image service refuses our API key, or the account's quota is spent. Pictures wait until an "
            "operator corrects the key or the account.",
        )
