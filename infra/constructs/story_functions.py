"""The functions of a story's way: one plans, two draw, one does what people wish; and what each may touch."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.code_assets import CodeAssets
from infra.constructs import access
from infra.constructs.lambda_function import ARCHITECTURE, RUNTIME, FunctionCode, FunctionPlan
from infra.constructs.queue_function import QueueFunction, QueueWork
from infra.constructs.story_bucket import BOOKS, IMAGES, STORIES
from infra.constructs.surroundings import Surroundings
from infra.constructs.work_queue import WorkQueue
from infra.functions import LAYER_ASSET

PLANNING_TIMEOUT = Duration.seconds(120)  # a chat model may write the looks of forty characters for a minute and more
CONTROL_TIMEOUT = Duration.seconds(60)  # it reads, writes and queues, and never draws
DRAWING_TIMEOUT = Duration.seconds(600)  # one image may take minutes, and its retries happen in one invocation

_PLANNING_MEMORY_MB = 512
_DRAWING_MEMORY_MB = 1024  # buys CPU for decoding and finishing pictures
_STORIES_AT_ONCE = 1  # a batch would have its stories wait for each other's words
_CONTROL_CONCURRENCY = 2  # the least that a mapping takes: people wish for little at once


class StoryFunctions(Construct):
    """plan_story, draw_character, draw_page and control_story over one layer.

    The context says how many run at once: `picturebook:story-concurrency`, `picturebook:image-concurrency`.
    `code` is what other functions stand on too, `draw_character` and `draw_page` are there to be tended.
    """

    def __init__(self, scope: Construct, construct_id: str, *, assets: CodeAssets, around: Surroundings) -> None:
        super().__init__(scope, construct_id)
        self._around = around
        self.code = FunctionCode(assets, self._layer(assets))
        self.image_concurrency = concurrency_of(self, "picturebook:image-concurrency")
        self._plan_story()
        self.draw_character = self._drawing("DrawCharacter", "draw_character", around.characters)
        self.draw_page = self._drawing("DrawPage", "draw_page", around.pages)
        self._control_story()

    def _layer(self, assets: CodeAssets) -> lambda_.LayerVersion:
        return lambda_.LayerVersion(
            self,
            "Layer",
            layer_version_name="picturebook",
            description="picturebook and the libraries it stands on",
            code=assets.code(self, LAYER_ASSET),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )

    def _plan_story(self) -> None:
        around = self._around
        plan = FunctionPlan(
            name="plan_story",
            timeout=around.stories.timeout,
            memory_mb=_PLANNING_MEMORY_MB,
            environment=around.asking_environment(),
            access=[
                access.read_secret(around.api_key),
                access.read_objects(around.bucket, [STORIES, BOOKS]),
                access.write_objects(around.bucket, [BOOKS]),
                access.see_what_is_missing(around.bucket, [STORIES, BOOKS]),
                access.use_ledger(around.ledger),
                access.use_circuit(around.circuit),
                access.announce(around.bus),
                access.send(around.characters.queue, around.pages.queue, around.refused),
            ],
        )
        concurrency = concurrency_of(self, "picturebook:story-concurrency")
        QueueFunction(self, "PlanStory", plan, QueueWork(around.stories, _STORIES_AT_ONCE, concurrency), code=self.code)

    def _control_story(self) -> None:
        around = self._around
        plan = FunctionPlan(
            name="control_story",
            timeout=around.control.timeout,
            memory_mb=_PLANNING_MEMORY_MB,
            environment=around.story_environment(),
            access=[
                access.read_objects(around.bucket, [BOOKS]),
                access.write_objects(around.bucket, [BOOKS]),
                access.see_what_is_missing(around.bucket, [BOOKS]),
                access.use_ledger(around.ledger),
                access.announce(around.bus),
                access.send(around.characters.queue, around.pages.queue, around.refused),
            ],
        )
        QueueFunction(self, "ControlStory", plan, QueueWork(around.control, 1, _CONTROL_CONCURRENCY), code=self.code)

    def _drawing(self, construct_id: str, name: str, queue: WorkQueue) -> QueueFunction:
        """One message per invocation, so that a crash leaves one picture in doubt."""
        plan = FunctionPlan(
            name=name,
            timeout=queue.timeout,
            memory_mb=_DRAWING_MEMORY_MB,
            environment=self._around.drawing_environment(),
            access=self._drawing_access(),
        )
        return QueueFunction(self, construct_id, plan, QueueWork(queue, 1, self.image_concurrency), code=self.code)

    def _drawing_access(self) -> Sequence[iam.PolicyStatement]:
        around = self._around
        return [
            access.read_secret(around.api_key),
            access.read_objects(around.bucket, [IMAGES, BOOKS]),
            access.write_objects(around.bucket, [IMAGES, BOOKS]),
            access.see_what_is_missing(around.bucket, [IMAGES, BOOKS]),
            access.use_ledger(around.ledger),
            access.use_circuit(around.circuit),
            access.announce(around.bus),
            access.send(around.pages.queue, around.refused),
        ]


def concurrency_of(scope: Construct, key: str) -> int:
    """The context's `key`. Raises ValueError when `cdk.json` or `-c` gives what Lambda would refuse."""
    value = scope.node.try_get_context(key)
    try:
        concurrency = int(value)
    except (TypeError, ValueError):
        concurrency = 0
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    if not 2 <= concurrency <= 1000:
        raise ValueError(f"context {key} must be a whole number from 2 to 1000, not {value!r}")
    return concurrency
