"""Puts the local cloud of a command together: bundle, image service or the real one, stack.

A key is used only where `consented_key` hands one in. Whatever key lies in the environment is taken out of it first, so
that no process we start can see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.cli.exit_status import CommandFailedError

if TYPE_CHECKING:
    from infra.bundle import Bundle
    from local.stack.cloud import LocalCloud, Report
    from local.stack.picturebook_stack import EmbeddedImageService, ImageApi, PicturebookStack, StackSettings
    from picturebook.planning import StoryPlan

ROOT = Path(__file__).resolve().parents[2]
REAL_IMAGE_API = "https://api.openai.com/v1"
API_KEY = "OPENAI_API_KEY"
PLAN, CHARACTER, PAGE = "picturebook-plan-story", "picturebook-draw-character", "picturebook-draw-page"
FUNCTIONS = (PLAN, CHARACTER, PAGE)
_LOG_LINES = 25
_LOG_WIDTH = 240
_TEMPLATE = ROOT / "infra" / "template" / "picturebook.json"


@dataclass(frozen=True, slots=True)
class ImageWishes:
    """How pictures are to be drawn on this machine: seconds of thinking time, and whether they are ready-made."""

    delay_s: float = 0.0
    prerendered: bool = False


def default_parameters() -> dict[str, str]:
    """Return the stack's parameters as they are where nobody sets them: the template's own defaults."""
    template = json.loads(_TEMPLATE.read_bytes())
    return {name: str(told["Default"]) for name, told in template["Parameters"].items() if "Default" in told}


def take_key(environment: MutableMapping[str, str]) -> str | None:
    """Take the API key out of the environment, for good, and return it; None when there is none."""
    return environment.pop(API_KEY, None) or None


def images_for(
    wishes: ImageWishes, *, consented_key: str | None = None, real_api_url: str = REAL_IMAGE_API
) -> ImageApi | EmbeddedImageService:
    """Return where pictures are drawn: here, or by the real service when somebody consented to pay with a key."""
    from local.stack.picturebook_stack import EmbeddedImageService, ImageApi  # noqa: PLC0415  imports boto3

    if consented_key:
        return ImageApi(url=real_api_url, key=consented_key)
    return EmbeddedImageService(delay_s=wishes.delay_s, prerendered=wishes.prerendered)


def processes_for(plan: StoryPlan) -> dict[str, int]:
    """Return how many processes of each function a story can keep busy; the stack starts no more than it maps."""
    return {PLAN: 1, CHARACTER: len(plan.characters), PAGE: len(plan.pages)}


def settings_for(
    images: ImageApi | EmbeddedImageService, *, processes: dict[str, int] | None = None, port: int | None = None
) -> StackSettings:
    """Return the stack's settings; `processes` are those started beforehand, by function."""
    from local.stack.picturebook_stack import StackSettings  # noqa: PLC0415  imports boto3

    return StackSettings(
        images=images,
        template=_TEMPLATE,
        processes=processes or {},
        port=port,
        state_dir=ROOT / ".local" / "stack",
    )


@contextmanager
def local_picturebook(settings: StackSettings, *, report: Report) -> Iterator[PicturebookStack]:
    """Bundle what changed and run the stack until the block is left.

    Raises CommandFailedError, for the person at the terminal, when something does not start, or stops answering.
    """
    # A command that only prints needs none of these, and they import boto3.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from local.stack.part import LocalStackError  # noqa: PLC0415
    from local.stack.picturebook_stack import running_stack  # noqa: PLC0415

    try:
        with running_stack(_bundle(report), settings, report=report) as stack:
            try:
                yield stack
            except (BotoCoreError, ClientError) as error:
                # The sentence comes last: whoever reads a terminal begins at its end.
                log = log_end(stack.cloud.part.log_file.read_text("utf-8", "replace"))
                raise CommandFailedError(f"{log}\n\nThe local cloud failed, its log is above: {error}") from error
    except LocalStackError as error:
        raise CommandFailedError(str(error)) from error


def log_end(log: str) -> str:
    """Return the last lines of a log, none of them longer than a person reads."""
    return "\n".join(line[:_LOG_WIDTH] for line in log.splitlines()[-_LOG_LINES:]) or "(it is empty)"


def _bundle(report: Report) -> Bundle:
    from infra.bundle import BundleError, local_target, make_bundle  # noqa: PLC0415  as above
    from infra.command import CommandError  # noqa: PLC0415

    report("Bundling the functions")
    try:
        return make_bundle(local_target(), ROOT)
    except (BundleError, CommandError, FileNotFoundError) as error:
        raise CommandFailedError(f"The functions could not be bundled: {error}") from error


def workers_of(cloud: LocalCloud) -> int:
    """Return how many pages the deployed stack draws at once."""
    mappings = cloud.client("lambda").list_event_source_mappings(FunctionName=PAGE)["EventSourceMappings"]
    return int(mappings[0]["ScalingConfig"]["MaximumConcurrency"])
