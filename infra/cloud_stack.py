"""The second stack: resources of the real cloud only. The local emulator refuses a whole template for one of them."""

from aws_cdk import DefaultStackSynthesizer, Duration, Stack
from aws_cdk import aws_events as events
from constructs import Construct

from infra.constructs.names import STACK_NAME
from infra.picturebook_stack import PicturebookStack
from infra.stage import cloud_stack_name

# As long as ledger records live: while a run can be looked up, its events can be replayed.
_ARCHIVE_RETENTION = Duration.days(90)


class CloudStack(Stack):
    """An archive of our events, from which a subscriber that missed events has them replayed."""

    def __init__(self, scope: Construct, construct_id: str, *, main: PicturebookStack) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=cloud_stack_name(main.stack_name),
            description="Resources of Picturebook that only the real cloud has.",
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        # The bus by name, because a reference would put an export into the main template for this stack alone.
        self.add_stack_dependency(main, reason="the bus must exist")
        events.Archive(
            self,
            "Events",
            archive_name=STACK_NAME,
            description=f"Events of the bus {main.stack_name}, to replay to a subscriber.",
            source_event_bus=events.EventBus.from_event_bus_name(self, "Bus", main.stack_name),
            event_pattern=events.EventPattern(source=["picturebook"]),
            retention=_ARCHIVE_RETENTION,
        )
