"""What a role may do, as statements that each name their resource."""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from infra.constructs.tables import UNFINISHED

_LEDGER_ACTIONS = ("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")
_CIRCUIT_ACTIONS = ("GetItem", "BatchGetItem", "PutItem", "UpdateItem")
_CIRCUIT_READ_ACTIONS = ("GetItem", "BatchGetItem", "Scan")


def read_objects(bucket: s3.Bucket, prefixes: Sequence[str]) -> iam.PolicyStatement:
    """Read objects below the prefixes."""
    return _allow(["s3:GetObject"], _below(bucket, prefixes))


def write_objects(bucket: s3.Bucket, prefixes: Sequence[str]) -> iam.PolicyStatement:
    """Write objects below the prefixes; never delete."""
    return _allow(["s3:PutObject"], _below(bucket, prefixes))


def list_objects(bucket: s3.Bucket, prefixes: Sequence[str]) -> iam.PolicyStatement:
    """List below the prefixes, and get 404 for an object that is not there.

    Without ListBucket, S3 answers 403 instead of 404 for a missing object
    (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html). That request carries no `s3:prefix`, which a
    plain condition would take for a mismatch: hence IfExists.
    """
    conditions = {"StringLikeIfExists": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}}
    return iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn], conditions=conditions)


def use_ledger(table: dynamodb.Table) -> iam.PolicyStatement:
    """Read and write the ledger's items; never scan or delete."""
    return _allow([f"dynamodb:{action}" for action in _LEDGER_ACTIONS], [table.table_arn])


def find_unfinished(table: dynamodb.Table) -> iam.PolicyStatement:
    """Query the ledger's index of unfinished work."""
    return _allow(["dynamodb:Query"], [f"{table.table_arn}/index/{UNFINISHED}"])


def use_circuit(table: dynamodb.Table) -> iam.PolicyStatement:
    """Read and change the circuits' states; never delete one."""
    return _allow([f"dynamodb:{action}" for action in _CIRCUIT_ACTIONS], [table.table_arn])


def read_circuits(table: dynamodb.Table) -> iam.PolicyStatement:
    """Find the circuits and read their states; never change one."""
    return _allow([f"dynamodb:{action}" for action in _CIRCUIT_READ_ACTIONS], [table.table_arn])


def set_mappings(*mappings: sources.SqsEventSource) -> iam.PolicyStatement:
    """Read, enable, disable and scale these event source mappings."""
    actions = ["lambda:GetEventSourceMapping", "lambda:UpdateEventSourceMapping"]
    return _allow(actions, [mapping.event_source_mapping_arn for mapping in mappings])


def publish_events(bus: events.EventBus) -> iam.PolicyStatement:
    """Publish on our event bus."""
    return _allow(["events:PutEvents"], [bus.event_bus_arn])


def send(*queues: sqs.Queue) -> iam.PolicyStatement:
    """Send to the queues."""
    return _allow(["sqs:SendMessage"], [queue.queue_arn for queue in queues])


def read_backlog(*queues: sqs.Queue) -> iam.PolicyStatement:
    """Read how many messages wait in the queues, and the queues' settings."""
    return _allow(["sqs:GetQueueAttributes"], [queue.queue_arn for queue in queues])


def read_metrics() -> iam.PolicyStatement:
    """Read CloudWatch's metrics."""
    return _allow(["cloudwatch:GetMetricData"], ["*"])


def read_secret(secret: secretsmanager.Secret) -> iam.PolicyStatement:
    """Read the secret's value."""
    return _allow(["secretsmanager:GetSecretValue"], [secret.secret_arn])


def _below(bucket: s3.Bucket, prefixes: Sequence[str]) -> list[str]:
    return [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]


def _allow(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
