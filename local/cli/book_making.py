"""`picturebook illustrate`, step by step: read, ask, start the cloud, draw, fetch, tell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer
from rich.console import Console

from local.cli import composition
from local.cli.book_folder import fetch_book, prepare_folder
from local.cli.composition import ImageWishes, local_picturebook
from local.cli.consent import consented_key
from local.cli.displays import Display, display_on, print_json_line
from local.cli.event_feed import EventFeed, subscribe
from local.cli.illustration import Illustration, Recorder, illustrate_on
from local.cli.interruption import Interrupted
from local.cli.models_in_use import models_in_use
from local.cli.pace import RateLimit, pace_of
from local.cli.picture_progress import PictureState
from local.cli.progress import begin
from local.cli.result import Result, settled_by
from local.cli.retired_model import replaced_model
from local.cli.story_file import StoryFile, read_story_file, renamed
from local.cli.summary import print_summary, summary_document

if TYPE_CHECKING:
    from local.stack.cloud import LocalCloud
    from local.stack.picturebook_stack import StackSettings

_LONGEST_ID = 64
_WARM = "-warm"
_WITH_A_BOOK = ("StoryCompleted", "StoryPartiallyCompleted", "StoryFailed")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asked `picturebook illustrate` for."""

    story: Path
    out: Path | None
    images: ImageWishes
    measure: bool
    patience_s: float
    live: bool
    yes: bool


def make_book(wishes: Wishes, *, key: str | None, json_to: TextIO | None, today: date) -> Result:
    """Make the book; raises CommandFailedError or Interrupted, and leaves nothing running in any case.

    `today` says whether a model that the story names is retired or about to be.
    """
    models = models_in_use(composition.default_parameters())
    story = read_story_file(wishes.story, models=models)
    _tell_of_replacement(story, json_to=json_to, today=today)
    consented = _consent(wishes, story, key) if wishes.live else None
    folder = prepare_folder(wishes.out or Path("book") / story.plan.story.story_id)
    with display_on(Console(stderr=True), json_to=json_to) as display:
        settings = _settings(wishes, story, consented)
        with local_picturebook(settings, report=display.report) as stack:
            feed = subscribe(stack.cloud, stack.cloud.outputs["EventBusName"])
            work = _Work(wishes, stack.cloud, feed, display)
            first = work.draw(story)
            result = _bring_home(first, story, stack.cloud, folder, is_live=wishes.live)
            paces = [("cold" if wishes.measure else "pace", work.pace(first, story))]
            if wishes.measure:
                again = renamed(story, _warm_id(story), models=models)
                paces.append(("warm", work.pace(work.draw(again), again)))
    return replace(result, paces={name: pace for name, pace in paces if pace})


def tell_result(result: Result, *, json_to: TextIO | None) -> None:
    """Print the summary, for people or for scripts."""
    if json_to is not None:
        print_json_line(json_to, summary_document(result))
    else:
        print_summary(result, Console())


@dataclass(frozen=True, slots=True)
class _Work:
    """A running cloud that draws stories."""

    wishes: Wishes
    cloud: LocalCloud
    feed: EventFeed
    display: Display

    def draw(self, story: StoryFile) -> Illustration:
        self.display.begun(begin(story.plan))
        recorder = Recorder(self.display)
        with _money_at_risk(recorder, is_live=self.wishes.live):
            return illustrate_on(self.cloud, story, self.feed, recorder, patience_s=self.wishes.patience_s)

    def pace(self, illustration: Illustration, story: StoryFile) -> RateLimit | None:
        images = self.wishes.images
        # What the service draws itself comes on top of its delay; only ready-made pictures take exactly that.
        known_s = images.delay_s if images.prerendered else 0.0
        if not (self.wishes.measure or known_s):
            return None
        workers = composition.workers_of(self.cloud)
        return pace_of(illustration, story.plan, workers=workers, service_s=known_s)


def _tell_of_replacement(story: StoryFile, *, json_to: TextIO | None, today: date) -> None:
    replaced = replaced_model(story.plan, today=today)
    if replaced is None:
        return
    if json_to is not None:
        models = {"wished_model": story.plan.story.model, "model": story.plan.options.model}
        print_json_line(json_to, {"type": "notice", "field": "model", "message": replaced, **models})
    typer.echo(replaced, err=True)


def _consent(wishes: Wishes, story: StoryFile, key: str | None) -> str:
    return consented_key(
        story.estimate,
        key,
        yes=wishes.yes,
        can_ask=sys.stdin.isatty(),
        ask=lambda question: typer.confirm(question, err=True),
        tell=lambda words: typer.echo(words, err=True),
    )


def _settings(wishes: Wishes, story: StoryFile, consented: str | None) -> StackSettings:
    images = composition.images_for(wishes.images, consented_key=consented)
    processes = dict.fromkeys(composition.FUNCTIONS, 0) if wishes.measure else composition.processes_for(story.plan)
    return composition.settings_for(images, processes=processes)


def _bring_home(
    illustration: Illustration, story: StoryFile, cloud: LocalCloud, folder: Path, *, is_live: bool
) -> Result:
    if illustration.progress.ending not in _WITH_A_BOOK:
        return Result(story.estimate, illustration, None, None, {}, is_live)
    manifest = fetch_book(cloud, story.plan.story.story_id, folder, sketched=not is_live)
    settled = replace(illustration, progress=settled_by(manifest, illustration.progress))
    return Result(story.estimate, settled, manifest, folder, {}, is_live)


def _warm_id(story: StoryFile) -> str:
    return story.plan.story.story_id[: _LONGEST_ID - len(_WARM)] + _WARM


@contextmanager
def _money_at_risk(recorder: Recorder, *, is_live: bool) -> Iterator[None]:
    """Say on an interruption what may be billed although nobody will see it."""
    try:
        yield
    except Interrupted as interrupted:
        drawing = recorder.latest.count(PictureState.DRAWING) if recorder.latest else 0
        if is_live and drawing:
            interrupted.add_note(f"Pictures that were being drawn may be billed all the same: {drawing}.")
        raise
