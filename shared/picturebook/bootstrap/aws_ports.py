"""The ports of a deployment: AWS's, and the image service's for functions that call it."""

from __future__ import annotations

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.cloudwatch_queue_age import CloudWatchQueueAges
from picturebook.adapters.dynamodb_attempt_markers import DynamoDbAttemptMarkers
from picturebook.adapters.dynamodb_circuit_store import DynamoDbCircuitStore
from picturebook.adapters.dynamodb_ledger_maintenance import DynamoDbLedgerMaintenance
from picturebook.adapters.dynamodb_rate_limit_store import DynamoDbRateLimitStore
from picturebook.adapters.dynamodb_route_register import DynamoDbRouteRegister
from picturebook.adapters.dynamodb_story_ledger import DynamoDbStoryLedger
from picturebook.adapters.emf_meter import EmfMeter
from picturebook.adapters.eventbridge_event_publisher import EventBridgeEventPublisher
from picturebook.adapters.lambda_mappings import LambdaMappings
from picturebook.adapters.s3_image_store import S3ImageStore
from picturebook.adapters.sqs_message_queues import SqsDrawQueue
from picturebook.adapters.sqs_message_visibility import SqsMessageVisibility
from picturebook.adapters.sqs_refused_input_queue import SqsRefusedInputQueue
from picturebook.adapters.system_clock import SystemClock, SystemRandomSource
from picturebook.adapters.thread_executor import THREADS
from picturebook.bootstrap.image_service_ports import NO_IMAGE_SERVICE, ImageServicePorts
from picturebook.ports.clock import Clock, RandomSource
from picturebook.ports.executor import Executor
from picturebook.services import Ports
from picturebook.settings import Settings


def open_ports(
    settings: Settings,
    clients: AwsClients,
    *,
    image_service: ImageServicePorts = NO_IMAGE_SERVICE,
    clock: Clock | None = None,
    random_source: RandomSource | None = None,
    executor: Executor = THREADS,
) -> Ports:
    """Make the adapters of a deployment, calling nothing; clients of Lambda and CloudWatch are made on first use."""
    clock = clock or SystemClock()
    tables, sqs = clients.dynamodb, clients.sqs
    return Ports(
        ledger=DynamoDbStoryLedger(
            tables, settings.ledger_table, circuit_table=settings.circuit_table, clock=clock, executor=executor
        ),
        ledger_maintenance=DynamoDbLedgerMaintenance(tables, settings.ledger_table, executor=executor),
        image_store=S3ImageStore(clients.s3, settings.bucket, clock=clock, executor=executor),
        event_publisher=EventBridgeEventPublisher(clients.events, settings.event_bus, clock=clock, executor=executor),
        draw_queue=SqsDrawQueue(
            sqs,
            character_url=settings.character_queue_url,
            page_url=settings.page_queue_url,
            clock=clock,
            executor=executor,
        ),
        refused_inputs=SqsRefusedInputQueue(sqs, settings.refused_queue_url, executor=executor),
        attempt_markers=DynamoDbAttemptMarkers(tables, settings.ledger_table, clock=clock, executor=executor),
        message_visibility=SqsMessageVisibility(sqs, fresh_after=settings.fresh_after_receives, executor=executor),
        circuit_store=DynamoDbCircuitStore(tables, settings.circuit_table, executor=executor),
        rate_limit_store=DynamoDbRateLimitStore(tables, settings.circuit_table, executor=executor),
        route_register=DynamoDbRouteRegister(tables, settings.circuit_table, clock=clock, executor=executor),
        queue_ages=CloudWatchQueueAges(
            lambda: clients.cloudwatch,
            sqs,
            [settings.character_queue_url, settings.page_queue_url],
            clock=clock,
            executor=executor,
        ),
        mappings=LambdaMappings(lambda: clients.functions, executor=executor),
        image_model=image_service.image_model,
        model_list=image_service.model_list,
        chat_model=image_service.chat_model,
        chat_model_name=settings.chat_model or None,
        moderator=image_service.moderator,
        provider=settings.provider,
        meter=EmfMeter(settings.service_name),
        clock=clock,
        random_source=random_source or SystemRandomSource(),
        executor=executor,
    )
