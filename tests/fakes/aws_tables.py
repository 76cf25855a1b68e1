"""The two tables as the deployment has them: made from the kept template, so that no test describes them again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TEMPLATE = Path(__file__).parents[2] / "infra/template/picturebook.json"
_KEPT = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def create_tables(dynamodb: DynamoDBClient, *, ledger: str = "ledger", circuits: str = "circuits") -> None:
    """Create the tables of the ledger and of the circuits under the names that the caller gives."""
    template = json.loads(_TEMPLATE.read_bytes())
    for output, name in {"LedgerTableName": ledger, "CircuitTableName": circuits}.items():
        table = template["Resources"][template["Outputs"][output]["Value"]["Ref"]]
        properties: dict[str, Any] = table["Properties"]
        described: Any = {name: properties[name] for name in _KEPT if name in properties}
        dynamodb.create_table(TableName=name, **described)
