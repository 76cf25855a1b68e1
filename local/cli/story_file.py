"""Reads a story from a file, checks it and estimates it, so that a faulty story is refused before the cloud starts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local.cli.exit_status import BadInputError
from local.cli.models_in_use import ModelsInUse
from picturebook.errors import InputRefusedError
from picturebook.models.parsing import MOST_BYTES, parse_json
from picturebook.models.story import Story
from picturebook.planning import Estimate, StoryPlan, estimate_plan, texts_given_by


@dataclass(frozen=True, slots=True)
class StoryFile:
    """A valid story: its bytes as they are uploaded, and its estimate as a first upload."""

    content: bytes
    estimate: Estimate

    @property
    def plan(self) -> StoryPlan:
        """The plan of its pictures."""
        return self.estimate.plan


def read_story_file(path: Path, *, models: ModelsInUse) -> StoryFile:
    """Read and check the file; raises BadInputError with the faulty field and the accepted values."""
    with refusals_of(path):
        content = read_bytes(path)
        return StoryFile(content, first_estimate(parse_story(content), models))


def first_estimate(story: Story, models: ModelsInUse) -> Estimate:
    """Estimate a story as a first upload; raises InputRefusedError if the deployed functions would refuse the story."""
    options, spec = models.options(story, today=datetime.now(UTC).date())
    return estimate_plan(story, spec, options=options, known=texts_given_by(story), chat=models.chat)


def renamed(story_file: StoryFile, story_id: str, *, models: ModelsInUse) -> StoryFile:
    """Return the same story under another id, which gives another run of the same pictures."""
    document = {**json.loads(story_file.content), "story_id": story_id}
    content = json.dumps(document, ensure_ascii=False).encode()
    return StoryFile(content, first_estimate(parse_story(content), models))


def parse_story(content: bytes) -> Story:
    """Return the story; raises InputRefusedError."""
    return parse_json(Story, content, what="the story")


@contextmanager
def refusals_of(path: Path) -> Iterator[None]:
    """Raise BadInputError instead of InputRefusedError, with the file's path in the message."""
    try:
        yield
    except InputRefusedError as error:
        message = f"{path} cannot be illustrated.\n  {error.field}: {error.problem}\n  accepted: {error.accepted}"
        raise BadInputError(message, field=error.field, accepted=error.accepted) from error


def story_path(given: str) -> Path:
    """Return the path in a command's argument; raises BadInputError if it is empty, because Path("") is this folder."""
    if not given.strip():
        raise BadInputError("The story's path is empty.\n  accepted: the path of a story's JSON file")
    return Path(given)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, at most one more than the limit; raises BadInputError if it cannot be read."""
    if path.is_dir():
        raise BadInputError(f"{path} is a folder.\n  accepted: the path of a story's JSON file", accepted="a JSON file")
    try:
        with path.open("rb") as file:
            # One byte above the limit is enough to refuse the file, and /dev/zero is not read for ever.
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise BadInputError(f"{path} does not exist.\n  accepted: the path of a story's JSON file") from error
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return content
