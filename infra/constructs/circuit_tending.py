"""Waiting out an outage: tend_circuit with what starts it, what it may set, and the alarm on what it sees."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs import access
from infra.constructs.event_function import EventFunction
from infra.constructs.lambda_function import FunctionPlan
from infra.constructs.story_functions import StoryFunctions
from infra.constructs.surroundings import Surroundings

_TIMEOUT = Duration.seconds(30)
_MEMORY_MB = 256
_CIRCUIT_EVENTS = ("CircuitOpened", "CircuitHalfOpened", "CircuitClosed")


class CircuitTending(Construct):
    """The function, at every move of a circuit and every minute, over the mappings of the two drawing functions."""

    def __init__(self, scope: Construct, construct_id: str, *, functions: StoryFunctions, around: Surroundings) -> None:
        super().__init__(scope, construct_id)
        characters, pages = functions.draw_character.mapping, functions.draw_page.mapping
        plan = FunctionPlan(
            name="tend_circuit",
            timeout=_TIMEOUT,
            memory_mb=_MEMORY_MB,
            environment=around.tending_environment()
            | {
                "PICTUREBOOK_CHARACTER_MAPPING": characters.event_source_mapping_id,
                "PICTUREBOOK_PAGE_MAPPING": pages.event_source_mapping_id,
                "PICTUREBOOK_IMAGE_CONCURRENCY": str(functions.image_concurrency),
            },
            access=[access.read_circuits(around.circuit), access.set_mappings(characters, pages)],
        )
        function = EventFunction(self, "TendCircuit", plan, code=functions.code)
        function.start_on(around.bus, _CIRCUIT_EVENTS, "A circuit moved: the image queues rest, or are worked off.")
        function.start_every(Duration.minutes(1), "A probe is due soon, or an event was lost.")
        self._alarm_when_held()

    def _alarm_when_held(self) -> None:
        cloudwatch.Alarm(
            self,
            "HeldForAPerson",
            alarm_description="The image service refuses our key or our quota is spent; pictures wait until a person "
            "mends it.",
            metric=cloudwatch.Metric(
                namespace="Picturebook",
                metric_name="CircuitsHeldForAPerson",
                dimensions_map={"service": "picturebook"},
                period=Duration.minutes(1),
                statistic=cloudwatch.Stats.MAXIMUM,
            ),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=0,
            evaluation_periods=1,
            # When nobody could look, nothing is known to be mended.
            treat_missing_data=cloudwatch.TreatMissingData.IGNORE,
        )
