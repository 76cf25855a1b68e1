"""The second stack: what only the real cloud has. The local emulator refuses a whole template for one such resource."""

from aws_cdk import DefaultStackSynthesizer, Duration, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra.picturebook_stack import BUS_NAME, PicturebookStack

# As long as ledger records live: what can still be looked up can still be told again.
_ARCHIVE_RETENTION = Duration.days(90)


class CloudStack(Stack):
    """An archive of our events, from which a subscriber that was away or broken has them replayed."""

    def __init__(self, scope: Construct, construct_id: str, *, main: PicturebookStack) -> None:
        synthesizer = DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        description = "What Picturebook has in the cloud only."
        super().__init__(scope, construct_id, description=description, synthesizer=synthesizer)
        # By name, because a reference would put an export into the main template for this stack alone.
        self.add_stack_dependency(main, reason="the bus must be there")
        events.Archive(
            self,
            "Events",
            archive_name="picturebook",
            description="Events of the bus picturebook, to replay to a subscriber.",
            source_event_bus=events.EventBus.from_event_bus_name(self, "Bus", BUS_NAME),
            event_pattern=events.EventPattern(source=["picturebook"]),
            retention=_ARCHIVE_RETENTION,
        )
