"""The bucket: stories come in, pictures and books stay, and every upload is told to EventBridge."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.constructs.judged import accept

STORIES = "stories/"
IMAGES = "images/"
BOOKS = "books/"


class StoryBucket(Construct):
    """A private, versioned bucket that outlives the stack: what it holds was paid for."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(id="unfinished-uploads", abort_incomplete_multipart_upload_after=Duration.days(1))
            ],
        )
        self._tell_eventbridge()
        accept(
            self.bucket,
            "S1",
            "Who reads and writes objects is recorded where the account's owner wants it, by CloudTrail data events; "
            "a log bucket here would decide that for everyone.",
        )

    def _tell_eventbridge(self) -> None:
        """By the plain property: the L2 switch makes a custom resource, a function of CDK's in the user's account."""
        bucket = self.bucket.node.default_child
        if not isinstance(bucket, s3.CfnBucket):
            raise TypeError(f"the bucket's resource is a {type(bucket).__name__}, not a CfnBucket")
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
