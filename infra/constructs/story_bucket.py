"""The bucket: stories come in, pictures and books stay, and S3 sends an event to EventBridge for every upload."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.nag_acknowledgments import acknowledge

STORIES = "stories/"
IMAGES = "images/"
BOOKS = "books/"


class StoryBucket(Construct):
    """A private, versioned bucket that outlives the stack, because its pictures were paid for.

    Only a creation that fails takes its empty bucket away again.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[
                s3.LifecycleRule(id="unfinished-uploads", abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
        )
        self._send_events_to_eventbridge()
        acknowledge(
            self.bucket,
            "S1",
            "CloudTrail data events record access to objects where the account's owner wants them recorded; a log "
            "bucket here would make that decision for every account.",
        )

    def _send_events_to_eventbridge(self) -> None:
        """By the plain property: the L2 switch makes a custom resource, a function of CDK's in the user's account."""
        bucket = self.bucket.node.default_child
        if not isinstance(bucket, s3.CfnBucket):
            raise TypeError(f"the bucket's resource is a {type(bucket).__name__}, not a CfnBucket")
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
