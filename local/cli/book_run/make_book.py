"""Makes the book of `picturebook illustrate`: reads the story, starts the cloud, draws, downloads, measures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console

from local.cli import stack_setup
from local.cli.book_run.book_folder import fetch_book, prepare_folder
from local.cli.book_run.book_result import BookResult, settled_by
from local.cli.book_run.illustration import Illustration, ProgressRecorder, illustrate_on
from local.cli.book_run.story_timing import StoryTiming, story_timing
from local.cli.book_run.summary import print_summary, summary_document
from local.cli.estimates.purchase_consent import consented_key
from local.cli.interruption import Interrupted
from local.cli.json_lines import print_json_line
from local.cli.model_notices import replacement_notice
from local.cli.models_in_use import models_in_use
from local.cli.progress.event_feed import EventFeed, subscribe
from local.cli.progress.picture_progress import PictureState
from local.cli.progress.progress_displays import ProgressDisplay, display_on
from local.cli.progress.story_progress import begin
from local.cli.stack_setup import LocalImageOptions, local_picturebook
from local.cli.stack_template import default_parameters
from local.cli.story_file import StoryFile, read_story_file, renamed
from local.stack.cloud import LocalCloud
from local.stack.picturebook_stack import StackSettings

_LONGEST_ID = 64
_WARM = "-warm"
_WITH_A_BOOK = ("StoryCompleted", "StoryPartiallyCompleted", "StoryFailed")


@dataclass(frozen=True, slots=True)
class IllustrateOptions:
    """The arguments and options of `picturebook illustrate`; `patience_s` is in seconds."""

    story: Path
    out: Path | None
    images: LocalImageOptions
    measure: bool
    patience_s: float
    live: bool
    yes: bool


def make_book(options: IllustrateOptions, *, key: str | None, json_to: TextIO | None, today: date) -> BookResult:
    """Make the book; raises CommandFailedError or Interrupted. Every process that it started has then ended.

    `today` decides whether the story's model is retired or retires soon.
    """
    models = models_in_use(default_parameters())
    story = read_story_file(options.story, models=models)
    _print_replacement(story, json_to=json_to, today=today)
    consented = _consent(options, story, key) if options.live else None
    folder = prepare_folder(options.out or Path("book") / story.plan.story.story_id)
    with display_on(Console(stderr=True), json_to=json_to) as display:
        settings = _settings(options, story, consented)
        with local_picturebook(settings, report=display.report) as stack:
            feed = subscribe(stack.cloud, stack.cloud.outputs["EventBusName"])
            runner = _StoryRunner(options, stack.cloud, feed, display)
            first = runner.run(story)
            result = _download(first, story, stack.cloud, folder, is_live=options.live)
            timings = [("cold" if options.measure else "pace", runner.timing(first, story))]
            if options.measure:
                again = renamed(story, _warm_id(story), models=models)
                timings.append(("warm", runner.timing(runner.run(again), again)))
    return replace(result, timings={name: timing for name, timing in timings if timing})


def print_result(result: BookResult, *, json_to: TextIO | None) -> None:
    """Print the summary: as JSON to `json_to` where that is given, else for a person."""
    if json_to is not None:
        print_json_line(json_to, summary_document(result))
    else:
        print_summary(result, Console())


@dataclass(frozen=True, slots=True)
class _StoryRunner:
    """Runs stories on one running cloud."""

    options: IllustrateOptions
    cloud: LocalCloud
    feed: EventFeed
    display: ProgressDisplay

    def run(self, story: StoryFile) -> Illustration:
        self.display.on_start(begin(story.plan))
        recorder = ProgressRecorder(self.display)
        with _billing_note(recorder, is_live=self.options.live):
            return illustrate_on(self.cloud, story, self.feed, recorder, patience_s=self.options.patience_s)

    def timing(self, illustration: Illustration, story: StoryFile) -> StoryTiming | None:
        images = self.options.images
        # With ready-made pictures the service takes exactly its delay. Otherwise drawing adds an unknown time.
        known_s = images.delay_s if images.prerendered else 0.0
        if not (self.options.measure or known_s):
            return None
        workers = stack_setup.workers_of(self.cloud)
        return story_timing(illustration, story.plan, workers=workers, service_s=known_s)


def _print_replacement(story: StoryFile, *, json_to: TextIO | None, today: date) -> None:
    notice = replacement_notice(story.plan, today=today)
    if notice is None:
        return
    if json_to is not None:
        models = {"wished_model": story.plan.story.model, "model": story.plan.options.model}
        print_json_line(json_to, {"type": "notice", "field": "model", "message": notice, **models})
    typer.echo(notice, err=True)


def _consent(options: IllustrateOptions, story: StoryFile, key: str | None) -> str:
    return consented_key(
        story.estimate,
        key,
        yes=options.yes,
        can_ask=sys.stdin.isatty(),
        ask=lambda question: typer.confirm(question, err=True),
        print_line=lambda line: typer.echo(line, err=True),
    )


def _settings(options: IllustrateOptions, story: StoryFile, consented: str | None) -> StackSettings:
    images = stack_setup.images_for(options.images, consented_key=consented)
    processes = dict.fromkeys(stack_setup.FUNCTIONS, 0) if options.measure else stack_setup.processes_for(story.plan)
    return stack_setup.settings_for(images, processes=processes)


def _download(
    illustration: Illustration, story: StoryFile, cloud: LocalCloud, folder: Path, *, is_live: bool
) -> BookResult:
    if illustration.progress.ending not in _WITH_A_BOOK:
        return BookResult(story.estimate, illustration, None, None, {}, is_live)
    manifest = fetch_book(cloud, story.plan.story.story_id, folder, sketched=not is_live)
    settled = replace(illustration, progress=settled_by(manifest, illustration.progress))
    return BookResult(story.estimate, settled, manifest, folder, {}, is_live)


def _warm_id(story: StoryFile) -> str:
    return story.plan.story.story_id[: _LONGEST_ID - len(_WARM)] + _WARM


@contextmanager
def _billing_note(recorder: ProgressRecorder, *, is_live: bool) -> Iterator[None]:
    """Add to an Interrupted how many unfinished pictures the provider may bill."""
    try:
        yield
    except Interrupted as interrupted:
        drawing = recorder.latest.count(PictureState.DRAWING) if recorder.latest else 0
        if is_live and drawing:
            interrupted.add_note(f"The provider may bill pictures that were being drawn: {drawing}.")
        raise
