"""The main stack: every resource that a story passes through. The local stack deploys exactly this template."""

from aws_cdk import CfnOutput, CfnParameter, DefaultStackSynthesizer, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs.mapping_reconciliation import MappingReconciliation
from infra.constructs.model_check import ModelCheck
from infra.constructs.nag_acknowledgments import acknowledge
from infra.constructs.names import STACK_NAME
from infra.constructs.shared_resources import SharedResources
from infra.constructs.story_bucket import StoryBucket
from infra.constructs.story_functions import CONTROL_TIMEOUT, DRAWING_TIMEOUT, PLANNING_TIMEOUT, StoryFunctions
from infra.constructs.story_sweep import StorySweep
from infra.constructs.tables import CircuitStates, Ledger
from infra.constructs.upload_rule import UploadRule
from infra.constructs.work_queue import RefusedQueue, WorkQueue

# Receives before a message is dead-lettered: 20 hours of planning (12 minutes each), 10 of a command (6), 80 of
# drawing (60).
_PLANNING_RECEIVES = 100
_CONTROL_RECEIVES = 100
_DRAWING_RECEIVES = 80


class PicturebookStack(Stack):
    """Bucket, queues, tables, bus, secret and functions, wired.

    `stack_name` is the deployment's name (`infra.stage`). The template does not depend on it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stack_name: str, assets: CodeAssets) -> None:
        super().__init__(
            scope,
            construct_id,
            stack_name=stack_name,
            description="Turns stories into pictures.",
            # `cdk deploy` checks the bootstrap version itself; in the template the rule would only distract a reader.
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        shared = self._shared_resources()
        UploadRule(self, "Uploads", bucket=shared.bucket, stories=shared.stories)
        functions = StoryFunctions(self, "Functions", assets=assets, shared=shared)
        MappingReconciliation(self, "MappingReconciliation", functions=functions, shared=shared)
        StorySweep(self, "StorySweep", functions=functions, shared=shared)
        ModelCheck(self, "ModelCheck", functions=functions, shared=shared)
        self._outputs(shared)

    def _shared_resources(self) -> SharedResources:
        return SharedResources(
            bucket=StoryBucket(self, "Stories").bucket,
            ledger=Ledger(self, "Ledger").table,
            circuit=CircuitStates(self, "Circuit").table,
            bus=events.EventBus(self, "Bus", event_bus_name=STACK_NAME, description="Events of stories and circuits."),
            stories=self._queue("story", PLANNING_TIMEOUT, _PLANNING_RECEIVES),
            characters=self._queue("character", DRAWING_TIMEOUT, _DRAWING_RECEIVES),
            pages=self._queue("page", DRAWING_TIMEOUT, _DRAWING_RECEIVES),
            control=self._queue("control", CONTROL_TIMEOUT, _CONTROL_RECEIVES),
            refused=RefusedQueue(self, "Refused", name="refused").queue,
            api_key=self._api_key(),
            image_api_url=self._parameter(
                "ImageApiUrl", "https://api.openai.com/v1", "Base URL of the image service.", "https?://.+"
            ),
            default_model=self._parameter(
                "DefaultModel", "gpt-image-2", "Image model of stories that name none.", "[A-Za-z0-9._:-]+"
            ),
            images_per_minute=self._parameter(
                "ImagesPerMinute",
                "0",
                "Most images per minute of the whole deployment; 0: the limit that the image service states.",
                "[0-9]{1,6}",
            ),
            hold_for_hours=self._parameter(
                "HoldForHours",
                "72",
                "Hours for which a picture whose paid call was lost waits for a decision of an operator; at most 2160.",
                "[1-9][0-9]{0,3}",
            ),
            replace_retiring_days=self._parameter(
                "ReplaceRetiringDays",
                "30",
                "Days before a model's retirement from which its replacement draws new stories.",
                "[0-9]{1,3}",
            ),
            image_moderation=self._parameter(
                "ImageModeration", "auto", "How strictly the image service moderates prompts: auto, low.", "auto|low"
            ),
            chat_model=self._parameter(
                "ChatModel",
                "gpt-5.4-mini",
                "Chat model that describes characters and writes alt texts; empty: none does.",
                "[A-Za-z0-9._:/-]*",
            ),
            moderation=self._parameter(
                "Moderation",
                "mark",
                "What happens to a story whose text the image service's moderation flags: refuse, mark, off.",
                "refuse|mark|off",
            ),
        )

    def _queue(self, name: str, timeout: Duration, receives: int) -> WorkQueue:
        return WorkQueue(self, f"{name.capitalize()}Queue", name=name, timeout=timeout, receives=receives)

    def _api_key(self) -> secretsmanager.Secret:
        """A random placeholder until an operator stores the real key: the key never passes through a template."""
        secret = secretsmanager.Secret(
            self, "ApiKey", description="API key of the image service. Store it after the deployment."
        )
        acknowledge(secret, "SMG4", "The image service issues the key; AWS cannot rotate it.")
        return secret

    def _parameter(self, name: str, default: str, description: str, pattern: str) -> str:
        return CfnParameter(
            self, name, type="String", default=default, description=description, allowed_pattern=pattern
        ).value_as_string

    def _outputs(self, shared: SharedResources) -> None:
        outputs = {
            "BucketName": (shared.bucket.bucket_name, "Upload stories here, as stories/<story_id>.json."),
            "EventBusName": (shared.bus.event_bus_name, "Subscribe to events here."),
            "StoryQueueUrl": (shared.stories.queue.queue_url, "Send stories here, instead of uploading them."),
            "CharacterQueueUrl": (shared.characters.queue.queue_url, "Characters to draw."),
            "PageQueueUrl": (shared.pages.queue.queue_url, "Pages to draw."),
            "ControlQueueUrl": (shared.control.queue.queue_url, "Send commands here: cancel, redraw, resolve."),
            "RefusedQueueUrl": (shared.refused.queue_url, "Input that was refused."),
            "LedgerTableName": (shared.ledger.table_name, "Runs, pictures and claims."),
            "CircuitTableName": (shared.circuit.table_name, "States of the circuits."),
            "ApiKeySecretArn": (shared.api_key.secret_arn, "Store the image service's API key here."),
        }
        for name, (value, description) in outputs.items():
            CfnOutput(self, name, value=value, description=description)
