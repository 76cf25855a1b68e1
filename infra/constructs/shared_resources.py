"""The resources that several functions share, and the environment variables that point to them."""

from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from infra.constructs.work_queue import WorkQueue


@dataclass(frozen=True)
class SharedResources:
    """The shared resources. The strings from `image_api_url` on are the stack's parameters."""

    bucket: s3.Bucket
    ledger: dynamodb.Table
    circuit: dynamodb.Table
    bus: events.EventBus
    stories: WorkQueue
    characters: WorkQueue
    pages: WorkQueue
    control: WorkQueue
    refused: sqs.Queue
    api_key: secretsmanager.Secret
    image_api_url: str
    default_model: str
    images_per_minute: str
    hold_for_hours: str
    replace_retiring_days: str
    image_moderation: str
    chat_model: str
    moderation: str

    def story_environment(self) -> dict[str, str]:
        """The variables of every function. A name gives no permission: each function's role says what it may use."""
        return {
            "PICTUREBOOK_BUCKET": self.bucket.bucket_name,
            "PICTUREBOOK_LEDGER_TABLE": self.ledger.table_name,
            "PICTUREBOOK_CIRCUIT_TABLE": self.circuit.table_name,
            "PICTUREBOOK_EVENT_BUS": self.bus.event_bus_name,
            "PICTUREBOOK_CHARACTER_QUEUE_URL": self.characters.queue.queue_url,
            "PICTUREBOOK_PAGE_QUEUE_URL": self.pages.queue.queue_url,
            "PICTUREBOOK_REFUSED_QUEUE_URL": self.refused.queue_url,
            "PICTUREBOOK_DEFAULT_MODEL": self.default_model,
            "PICTUREBOOK_IMAGE_API_URL": self.image_api_url,
            "PICTUREBOOK_REPLACE_RETIRING_DAYS": self.replace_retiring_days,
        }

    def api_key_environment(self) -> dict[str, str]:
        """Where a function that calls the image service finds the service's key."""
        return {"PICTUREBOOK_API_KEY_SECRET": self.api_key.secret_arn}

    def planning_environment(self) -> dict[str, str]:
        """The variables of plan_story: also the chat model, and the rule for flagged stories."""
        return {
            **self.story_environment(),
            **self.api_key_environment(),
            "PICTUREBOOK_CHAT_MODEL": self.chat_model,
            "PICTUREBOOK_MODERATION": self.moderation,
        }

    def drawing_environment(self) -> dict[str, str]:
        """The variables of draw_character and draw_page: also the rate limit, moderation of prompts, and hold time."""
        return {
            **self.planning_environment(),
            "PICTUREBOOK_IMAGE_MODERATION": self.image_moderation,
            "PICTUREBOOK_IMAGES_PER_MINUTE": self.images_per_minute,
            "PICTUREBOOK_HOLD_FOR_HOURS": self.hold_for_hours,
        }
