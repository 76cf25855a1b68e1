"""Wires what every function of a story's way opens, once per cold start; who draws or sweeps adds what is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_ledger_upkeep import DynamoDbLedgerUpkeep
from picturebook.adapters.dynamodb_start_marks import DynamoDbStartMarks
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.adapters.sqs_message_queues import SqsDrawQueue
from picturebook.adapters.sqs_refused_input_queue import SqsRefusedInputQueue
from picturebook.adapters.system_clock import SystemClock
from picturebook.catalogue import load_catalogue
from picturebook.ports.clock import Clock
from picturebook.ports.start_marks import StartMarks
from picturebook.settings import Settings
from picturebook.use_cases.end_run import Desk
from picturebook.use_cases.refuse_input import RefusalDesk

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True, slots=True)
class QueueDesk:
    """What every function needs for its records, whatever it does with them.

    A message that is put back after `fresh_after_receives` receives is sent afresh.
    """

    refusals: RefusalDesk
    marks: StartMarks
    sqs: SQSClient
    fresh_after_receives: int


@dataclass(frozen=True, slots=True)
class Office:
    """What every function of a story's way needs: the desk that runs are led from, and what deals with a queue."""

    settings: Settings
    clients: AwsClients
    desk: Desk
    queue_desk: QueueDesk


def open_office(
    environment: Mapping[str, str], clients: AwsClients | None = None, clock: Clock | None = None
) -> Office:
    """Wire the office from a function's environment; raises ImageValidationError naming a bad variable."""
    settings = Settings.from_environment(environment)
    catalogue = load_catalogue()
    # A deployment with a model that we do not know fails here, and not in each story.
    catalogue.spec(settings.default_model)
    clients = clients or AwsClients()
    clock = clock or SystemClock()
    publisher = EventBridgeEventPublisher(clients.events, settings.event_bus, clock=clock)
    desk = Desk(
        ledger=DynamoDbStoryLedger(
            clients.dynamodb, settings.ledger_table, circuit_table=settings.circuit_table, clock=clock
        ),
        upkeep=DynamoDbLedgerUpkeep(clients.dynamodb, settings.ledger_table),
        store=S3ImageStore(clients.s3, settings.bucket, clock=clock),
        publisher=publisher,
        queue=SqsDrawQueue(
            clients.sqs, character_url=settings.character_queue_url, page_url=settings.page_queue_url, clock=clock
        ),
        catalogue=catalogue,
        clock=clock,
        image_service=settings.provider,
    )
    refusals = RefusalDesk(SqsRefusedInputQueue(clients.sqs, settings.refused_queue_url), publisher, clock)
    marks = DynamoDbStartMarks(clients.dynamodb, settings.ledger_table, clock=clock)
    queue_desk = QueueDesk(refusals, marks, clients.sqs, settings.fresh_after_receives)
    return Office(settings, clients, desk, queue_desk)
