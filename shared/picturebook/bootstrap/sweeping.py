"""Wires what `sweep_stories` needs, once per cold start. It calls no image service, and does not import openai."""

from __future__ import annotations

from collections.abc import Mapping

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.cloudwatch_queue_age import CloudWatchQueueAges
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.system_clock import SystemChance
from picturebook.bootstrap.planning import open_office
from picturebook.use_cases.repair_desk import RepairDesk
from picturebook.use_cases.sweep_stories import SweepDesk


def open_sweep_desk(environment: Mapping[str, str], clients: AwsClients | None = None) -> SweepDesk:
    """Wire the sweep's desk from a function's environment; raises ImageValidationError naming a bad variable."""
    office = open_office(environment, clients)
    aws, settings = office.clients, office.settings
    repairs = RepairDesk(
        office.desk,
        circuits=DynamoDbCircuitStore(aws.dynamodb, settings.circuit_table),
        queues=CloudWatchQueueAges(
            aws.cloudwatch, aws.sqs, [settings.character_queue_url, settings.page_queue_url], clock=office.desk.clock
        ),
        provider=settings.provider,
    )
    return SweepDesk(repairs, SystemChance())
