"""The two tables: the ledger (claims, purchases, decisions) and the states of the circuits.

Losing the ledger means paying twice. So both tables outlive the stack and can be restored to any second of the last 35
days. Only a creation that fails takes its empty tables away again. CloudFormation names both tables
(`infra.constructs.names` says why).
"""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

UNFINISHED = "unfinished"

_TEXT = dynamodb.AttributeType.STRING
_RESTORABLE = dynamodb.PointInTimeRecoverySpecification(point_in_time_recovery_enabled=True)


class Ledger(Construct):
    """Runs, pictures and claims, under `pk` and `sk`; records carry `expires_at` in epoch seconds.

    Its one index holds unfinished work only: an item carries the index's keys until it is finished.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=_TEXT),
            sort_key=dynamodb.Attribute(name="sk", type=_TEXT),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=_RESTORABLE,
            time_to_live_attribute="expires_at",
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        self.table.add_global_secondary_index(
            index_name=UNFINISHED,
            partition_key=dynamodb.Attribute(name="unfinished", type=_TEXT),
            sort_key=dynamodb.Attribute(name="unfinished_since", type=_TEXT),
            # No other attribute of an item changes the index, so it costs two writes in a run's life.
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )


class CircuitStates(Construct):
    """One item per circuit, under `id`; no TTL, because an expired state would look like a closed circuit."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="id", type=_TEXT),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=_RESTORABLE,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
