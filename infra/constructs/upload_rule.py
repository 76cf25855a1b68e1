"""An uploaded story becomes a message: S3 tells the account's default bus, this rule passes it to the story queue."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.story_bucket import STORIES
from infra.constructs.work_queue import WorkQueue


class UploadRule(Construct):
    """Passes on `stories/….json` of one bucket; what cannot be delivered goes to the story queue's dead letters."""

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.Bucket, stories: WorkQueue) -> None:
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "Rule",
            description="Stories uploaded to the Picturebook bucket go to the story queue.",
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
