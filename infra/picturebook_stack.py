"""The main stack: all that a story needs on its way. The local stack deploys exactly this template."""

from aws_cdk import CfnOutput, CfnParameter, DefaultStackSynthesizer, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs.circuit_tending import CircuitTending
from infra.constructs.judged import accept
from infra.constructs.model_checking import ModelChecking
from infra.constructs.story_bucket import StoryBucket
from infra.constructs.story_functions import CONTROL_TIMEOUT, DRAWING_TIMEOUT, PLANNING_TIMEOUT, StoryFunctions
from infra.constructs.story_sweeping import StorySweeping
from infra.constructs.surroundings import Surroundings
from infra.constructs.tables import CircuitStates, Ledger
from infra.constructs.upload_rule import UploadRule
from infra.constructs.work_queue import RefusedQueue, WorkQueue

BUS_NAME = "picturebook"

# Receives before a message is a dead letter: 20 hours of planning (12 minutes each), 10 of a wish (6), 80 of
# drawing (60).
_PLANNING_RECEIVES = 100
_CONTROL_RECEIVES = 100
_DRAWING_RECEIVES = 80


class PicturebookStack(Stack):
    """Bucket, queues, tables, bus, secret and functions, wired."""

    def __init__(self, scope: Construct, construct_id: str, *, assets: CodeAssets) -> None:
        # `cdk deploy` checks the bootstrap version itself; in the template the rule would tell a reader nothing.
        synthesizer = DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        super().__init__(scope, construct_id, description="Turns stories into pictures.", synthesizer=synthesizer)
        around = self._surroundings()
        UploadRule(self, "Uploads", bucket=around.bucket, stories=around.stories)
        functions = StoryFunctions(self, "Functions", assets=assets, around=around)
        CircuitTending(self, "CircuitTending", functions=functions, around=around)
        StorySweeping(self, "StorySweeping", functions=functions, around=around)
        ModelChecking(self, "ModelChecking", functions=functions, around=around)
        self._outputs(around)

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            bucket=StoryBucket(self, "Stories").bucket,
            ledger=Ledger(self, "Ledger").table,
            circuit=CircuitStates(self, "Circuit").table,
            bus=events.EventBus(self, "Bus", event_bus_name=BUS_NAME, description="What happens to stories."),
            stories=self._queue("story", PLANNING_TIMEOUT, _PLANNING_RECEIVES),
            characters=self._queue("character", DRAWING_TIMEOUT, _DRAWING_RECEIVES),
            pages=self._queue("page", DRAWING_TIMEOUT, _DRAWING_RECEIVES),
            control=self._queue("control", CONTROL_TIMEOUT, _CONTROL_RECEIVES),
            refused=RefusedQueue(self, "Refused", name="picturebook-refused").queue,
            api_key=self._api_key(),
            image_api_url=self._parameter(
                "ImageApiUrl", "https://api.openai.com/v1", "Where the image service answers.", "https?://.+"
            ),
            default_model=self._parameter(
                "DefaultModel", "gpt-image-2", "Draws the stories that name no model.", "[A-Za-z0-9._:-]+"
            ),
            images_per_minute=self._parameter(
                "ImagesPerMinute", "0", "The most images per minute; 0 learns it from the image service.", "[0-9]{1,6}"
            ),
            hold_for_hours=self._parameter(
                "HoldForHours", "72", "How long a lost call waits for a person; at most 2160.", "[1-9][0-9]{0,3}"
            ),
            replace_retiring_days=self._parameter(
                "ReplaceRetiringDays",
                "30",
                "How many days before a model is retired its replacement draws new stories.",
                "[0-9]{1,3}",
            ),
            image_moderation=self._parameter(
                "ImageModeration", "auto", "How strict the image service is to be with prompts: auto, low.", "auto|low"
            ),
            chat_model=self._parameter(
                "ChatModel",
                "gpt-5.4-mini",
                "Writes how characters look and what pictures show; empty: nobody does.",
                "[A-Za-z0-9._:/-]*",
            ),
            moderation=self._parameter(
                "Moderation",
                "mark",
                "What becomes of a story whose text the image service's moderation flags: refuse, mark, off.",
                "refuse|mark|off",
            ),
        )

    def _queue(self, what: str, timeout: Duration, receives: int) -> WorkQueue:
        name = f"picturebook-{what}"
        return WorkQueue(self, f"{what.capitalize()}Queue", name=name, timeout=timeout, receives=receives)

    def _api_key(self) -> secretsmanager.Secret:
        """A random placeholder until a person puts the real key: it never passes through a template."""
        secret = secretsmanager.Secret(
            self, "ApiKey", description="The image service's API key. Put it after deployment."
        )
        accept(secret, "SMG4", "The image service issues the key; AWS cannot rotate it.")
        return secret

    def _parameter(self, name: str, default: str, description: str, pattern: str) -> str:
        return CfnParameter(
            self, name, type="String", default=default, description=description, allowed_pattern=pattern
        ).value_as_string

    def _outputs(self, around: Surroundings) -> None:
        outputs = {
            "BucketName": around.bucket.bucket_name,
            "EventBusName": around.bus.event_bus_name,
            "StoryQueueUrl": around.stories.queue.queue_url,
            "CharacterQueueUrl": around.characters.queue.queue_url,
            "PageQueueUrl": around.pages.queue.queue_url,
            "ControlQueueUrl": around.control.queue.queue_url,
            "RefusedQueueUrl": around.refused.queue_url,
            "LedgerTableName": around.ledger.table_name,
            "CircuitTableName": around.circuit.table_name,
            "ApiKeySecretArn": around.api_key.secret_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
