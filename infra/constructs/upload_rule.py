"""An uploaded story becomes a message: S3 sends an event to the account's default bus, and a rule forwards it."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.story_bucket import STORIES
from infra.constructs.work_queue import WorkQueue


class UploadRule(Construct):
    """Forwards uploads of `stories/….json` in one bucket to the story queue.

    Events that cannot be delivered go to the story queue's dead letters.
    """

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.Bucket, stories: WorkQueue) -> None:
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "Rule",
            description="Sends uploaded stories to the story queue.",
            event_pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={
                    "bucket": {"name": [bucket.bucket_name]},
                    # One wildcard, because a list of a prefix and a suffix would match either.
                    "object": {"key": [{"wildcard": f"{STORIES}*.json"}]},
                },
            ),
            targets=[targets.SqsQueue(stories.queue, dead_letter_queue=stories.dead_letters)],
        )
