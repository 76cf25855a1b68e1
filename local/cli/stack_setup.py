"""Sets up the local stack of a command: the functions' bundle, the image service (local or real) and the settings.

A key is used only where `consented_key` is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from infra.bundle import Bundle, BundleError, local_target, make_bundle
from infra.command import CommandError
from local.cli.exit_status import CommandFailedError
from local.cli.stack_template import ROOT, TEMPLATE
from local.stack.cloud import LocalCloud, Report
from local.stack.part import LocalStackError
from local.stack.picturebook_stack import (
    EmbeddedImageService,
    ImageApi,
    PicturebookStack,
    StackSettings,
    running_stack,
)
from picturebook.planning import StoryPlan

REAL_IMAGE_API = "https://api.openai.com/v1"
PLAN, CHARACTER, PAGE = "picturebook-plan-story", "picturebook-draw-character", "picturebook-draw-page"
FUNCTIONS = (PLAN, CHARACTER, PAGE)
_LOG_LINES = 25
_LOG_WIDTH = 240


@dataclass(frozen=True, slots=True)
class LocalImageOptions:
    """How the local image service works: seconds that it waits per picture, and whether pictures are ready-made."""

    delay_s: float = 0.0
    prerendered: bool = False


def images_for(
    options: LocalImageOptions, *, consented_key: str | None = None, real_api_url: str = REAL_IMAGE_API
) -> ImageApi | EmbeddedImageService:
    """Return the image service: the real one if the person agreed to pay with a key, else the local one."""
    if consented_key:
        return ImageApi(url=real_api_url, key=consented_key)
    return EmbeddedImageService(delay_s=options.delay_s, prerendered=options.prerendered)


def processes_for(plan: StoryPlan) -> dict[str, int]:
    """Return how many processes of each function a story can keep busy; the stack starts no more than it maps."""
    return {PLAN: 1, CHARACTER: len(plan.characters), PAGE: len(plan.pages)}


def settings_for(
    images: ImageApi | EmbeddedImageService, *, processes: dict[str, int] | None = None, port: int | None = None
) -> StackSettings:
    """Return the stack's settings; `processes` is the number of processes started in advance, by function."""
    return StackSettings(
        images=images,
        template=TEMPLATE,
        processes=processes or {},
        port=port,
        state_dir=ROOT / ".local" / "stack",
    )


@contextmanager
def local_picturebook(settings: StackSettings, *, report: Report) -> Iterator[PicturebookStack]:
    """Bundle the functions if their code changed, and run the stack until the end of the block.

    Raises CommandFailedError, with the end of a log, if a part of the stack does not start or stops answering.
    """
    try:
        with running_stack(_bundle(report), settings, report=report) as stack:
            try:
                yield stack
            except (BotoCoreError, ClientError) as error:
                # The sentence comes after the log: it is then the last line in the terminal.
                log = log_end(stack.cloud.part.log_file.read_text("utf-8", "replace"))
                raise CommandFailedError(f"{log}\n\nThe local cloud failed, its log is above: {error}") from error
    except LocalStackError as error:
        raise CommandFailedError(str(error)) from error


def log_end(log: str) -> str:
    """Return the last lines of a log, each cut to a readable length."""
    return "\n".join(line[:_LOG_WIDTH] for line in log.splitlines()[-_LOG_LINES:]) or "(the log is empty)"


def _bundle(report: Report) -> Bundle:
    report("Bundling the functions")
    try:
        return make_bundle(local_target(), ROOT)
    except (BundleError, CommandError, FileNotFoundError) as error:
        raise CommandFailedError(f"The functions could not be bundled: {error}") from error


def workers_of(cloud: LocalCloud) -> int:
    """Return the largest number of pages that the deployed stack draws at the same time."""
    mappings = cloud.client("lambda").list_event_source_mappings(FunctionName=PAGE)["EventSourceMappings"]
    return int(mappings[0]["ScalingConfig"]["MaximumConcurrency"])
