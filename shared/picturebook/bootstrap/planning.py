"""Wires what `plan_story` needs, once per cold start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.adapters.sqs_message_queues import SqsDrawQueue
from picturebook.adapters.sqs_refused_input_queue import SqsRefusedInputQueue
from picturebook.adapters.system_clock import SystemClock
from picturebook.catalogue import load_catalogue
from picturebook.settings import Settings
from picturebook.use_cases.end_run import Desk
from picturebook.use_cases.refuse_input import RefusalDesk


@dataclass(frozen=True, slots=True)
class Office:
    """What planning stories and refusing input needs."""

    settings: Settings
    clients: AwsClients
    desk: Desk
    refusals: RefusalDesk


def open_office(environment: Mapping[str, str], clients: AwsClients | None = None) -> Office:
    """Wire the office from a function's environment; raises ImageValidationError naming a bad variable."""
    settings = Settings.from_environment(environment)
    catalogue = load_catalogue()
    # A deployment with a model that we do not know fails here, and not in each story.
    catalogue.spec(settings.default_model)
    clients = clients or AwsClients()
    clock = SystemClock()
    publisher = EventBridgeEventPublisher(clients.events, settings.event_bus, clock=clock)
    desk = Desk(
        ledger=DynamoDbStoryLedger(
            clients.dynamodb, settings.ledger_table, circuit_table=settings.circuit_table, clock=clock
        ),
        store=S3ImageStore(clients.s3, settings.bucket, clock=clock),
        publisher=publisher,
        queue=SqsDrawQueue(
            clients.sqs, character_url=settings.character_queue_url, page_url=settings.page_queue_url, clock=clock
        ),
        catalogue=catalogue,
        clock=clock,
        image_service=settings.image_service,
    )
    refusals = RefusalDesk(SqsRefusedInputQueue(clients.sqs, settings.refused_queue_url), publisher, clock)
    return Office(settings, clients, desk, refusals)
