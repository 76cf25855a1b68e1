"""What a function finds around it: resources, and the names of the environment variables that point to them."""

from dataclasses import dataclass

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from infra.constructs.work_queue import WorkQueue


@dataclass(frozen=True)
class Surroundings:
    """Everything that the functions share. From `image_api_url` on they are the stack's parameters."""

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
        """What every function of a story's way reads. All name the image service somewhere; few call it."""
        return {
            "PICTUREBOOK_BUCKET": self.bucket.bucket_name,
            "PICTUREBOOK_LEDGER_TABLE": self.ledger.table_name,
            "PICTUREBOOK_CIRCUIT_TABLE": self.circuit.table_name,
            "PICTUREBOOK_EVENT_BUS": self.bus.event_bus_name,
            "PICTUREBOOK_CHARACTER_QUEUE_URL": self.characters.queue.queue_url,
            "PICTUREBOOK_PAGE_QUEUE_URL": self.pages.queue.queue_url,
            "PICTUREBOOK_REFUSED_QUEUE_URL": self.refused.queue_url,
            **self.model_environment(),
        }

    def model_environment(self) -> dict[str, str]:
        """What everybody reads who asks which model draws: where, the default, and when another takes its place."""
        return {
            "PICTUREBOOK_DEFAULT_MODEL": self.default_model,
            "PICTUREBOOK_IMAGE_API_URL": self.image_api_url,
            "PICTUREBOOK_REPLACE_RETIRING_DAYS": self.replace_retiring_days,
        }

    def tending_environment(self) -> dict[str, str]:
        """What tend_circuit reads: where the circuits are, and which route is the default."""
        return {"PICTUREBOOK_CIRCUIT_TABLE": self.circuit.table_name, **self.model_environment()}

    def checking_environment(self) -> dict[str, str]:
        """What check_models reads: the models, the secret with the image service's key, and whom to tell."""
        return self.model_environment() | {
            "PICTUREBOOK_API_KEY_SECRET": self.api_key.secret_arn,
            "PICTUREBOOK_EVENT_BUS": self.bus.event_bus_name,
        }

    def asking_environment(self) -> dict[str, str]:
        """What those read who call the image service: the secret with its key, and who is asked for words."""
        return self.story_environment() | {
            "PICTUREBOOK_API_KEY_SECRET": self.api_key.secret_arn,
            "PICTUREBOOK_CHAT_MODEL": self.chat_model,
            "PICTUREBOOK_MODERATION": self.moderation,
        }

    def drawing_environment(self) -> dict[str, str]:
        """What draw_* read: the same, the pace, how strict to be with prompts, and for how long to hold."""
        return self.asking_environment() | {
            "PICTUREBOOK_IMAGE_MODERATION": self.image_moderation,
            "PICTUREBOOK_IMAGES_PER_MINUTE": self.images_per_minute,
            "PICTUREBOOK_HOLD_FOR_HOURS": self.hold_for_hours,
        }
