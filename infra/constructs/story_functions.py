"""The functions that read a queue: one plans stories, two draw, one executes commands; and what each may touch."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs import access
from infra.constructs.lambda_function import ARCHITECTURE, RUNTIME, FunctionCode, FunctionSpec
from infra.constructs.names import STACK_NAME
from infra.constructs.queue_function import QueueFunction, QueueSource
from infra.constructs.shared_resources import SharedResources
from infra.constructs.story_bucket import BOOKS, IMAGES, STORIES
from infra.constructs.work_queue import WorkQueue
from infra.functions import LAYER_ASSET

PLANNING_TIMEOUT = Duration.seconds(120)  # a chat model may describe forty characters for a minute and more
CONTROL_TIMEOUT = Duration.seconds(60)  # it reads, writes and queues, and never draws
DRAWING_TIMEOUT = Duration.seconds(600)  # one image may take minutes, and its retries happen in one invocation

_PLANNING_MEMORY_MB = 512
_DRAWING_MEMORY_MB = 1024  # buys CPU for decoding and finishing pictures
_PLANNING_BATCH_SIZE = 1  # in a batch, each story would wait for the chat model's answers to the others
_CONTROL_CONCURRENCY = 2  # the least that a mapping takes: commands are rare


class StoryFunctions(Construct):
    """plan_story, draw_character, draw_page and control_story over one layer.

    The context says how many run at once: `picturebook:story-concurrency`, `picturebook:image-concurrency`. `code` is
    for the other functions; `draw_character` and `draw_page` have the mappings that reconcile_mappings sets.
    """

    def __init__(self, scope: Construct, construct_id: str, *, assets: CodeAssets, shared: SharedResources) -> None:
        super().__init__(scope, construct_id)
        self._shared = shared
        self.code = FunctionCode(assets, self._layer(assets))
        self.image_concurrency = concurrency_of(self, "picturebook:image-concurrency")
        self._plan_story()
        self.draw_character = self._drawing("DrawCharacter", "draw_character", shared.characters)
        self.draw_page = self._drawing("DrawPage", "draw_page", shared.pages)
        self._control_story()

    def _layer(self, assets: CodeAssets) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            "Layer",
            layer_version_name=STACK_NAME,
            description="The package picturebook and its dependencies.",
            code=assets.code(self, LAYER_ASSET),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )

    def _plan_story(self) -> None:
        shared = self._shared
        spec = FunctionSpec(
            name="plan_story",
            timeout=shared.stories.timeout,
            memory_mb=_PLANNING_MEMORY_MB,
            environment=shared.planning_environment(),
            access=[
                access.read_secret(shared.api_key),
                access.read_objects(shared.bucket, [STORIES, BOOKS]),
                access.write_objects(shared.bucket, [BOOKS]),
                access.list_objects(shared.bucket, [STORIES, BOOKS]),
                access.use_ledger(shared.ledger),
                access.use_circuit(shared.circuit),
                access.publish_events(shared.bus),
                access.send(shared.characters.queue, shared.pages.queue, shared.refused),
            ],
        )
        concurrency = concurrency_of(self, "picturebook:story-concurrency")
        source = QueueSource(shared.stories, _PLANNING_BATCH_SIZE, concurrency)
        QueueFunction(self, "PlanStory", spec, source, code=self.code)

    def _control_story(self) -> None:
        shared = self._shared
        spec = FunctionSpec(
            name="control_story",
            timeout=shared.control.timeout,
            memory_mb=_PLANNING_MEMORY_MB,
            environment=shared.story_environment(),
            access=[
                access.read_objects(shared.bucket, [BOOKS]),
                access.write_objects(shared.bucket, [BOOKS]),
                access.list_objects(shared.bucket, [BOOKS]),
                access.use_ledger(shared.ledger),
                access.publish_events(shared.bus),
                access.send(shared.characters.queue, shared.pages.queue, shared.refused),
            ],
        )
        QueueFunction(self, "ControlStory", spec, QueueSource(shared.control, 1, _CONTROL_CONCURRENCY), code=self.code)

    def _drawing(self, construct_id: str, name: str, queue: WorkQueue) -> QueueFunction:
        """One message per invocation, so that a crash leaves one picture in doubt."""
        spec = FunctionSpec(
            name=name,
            timeout=queue.timeout,
            memory_mb=_DRAWING_MEMORY_MB,
            environment=self._shared.drawing_environment(),
            access=self._drawing_access(),
        )
        return QueueFunction(self, construct_id, spec, QueueSource(queue, 1, self.image_concurrency), code=self.code)

    def _drawing_access(self) -> Sequence[iam.PolicyStatement]:
        shared = self._shared
        return [
            access.read_secret(shared.api_key),
            access.read_objects(shared.bucket, [IMAGES, BOOKS]),
            access.write_objects(shared.bucket, [IMAGES, BOOKS]),
            access.list_objects(shared.bucket, [IMAGES, BOOKS]),
            access.use_ledger(shared.ledger),
            access.use_circuit(shared.circuit),
            access.publish_events(shared.bus),
            access.send(shared.pages.queue, shared.refused),
        ]


def concurrency_of(scope: Construct, key: str) -> int:
    """The context's `key`. Raises ValueError when `cdk.json` or `-c` gives a number that Lambda would refuse."""
    value = scope.node.try_get_context(key)
    try:
        concurrency = int(value)
    except (TypeError, ValueError):
        concurrency = 0
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    if not 2 <= concurrency <= 1000:
        raise ValueError(f"context {key} must be a whole number from 2 to 1000, not {value!r}")
    return concurrency
