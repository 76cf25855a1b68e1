"""Reads a story from a file and estimates it: whatever the cloud would refuse is refused before it is started."""

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
    """A story that will be accepted: its bytes as they are uploaded, and what it may cost where nothing is drawn."""

    content: bytes
    estimate: Estimate

    @property
    def plan(self) -> StoryPlan:
        """The plan of its pictures."""
        return self.estimate.plan


def read_story_file(path: Path, *, models: ModelsInUse) -> StoryFile:
    """Read and check the file; raises BadInputError that names the field and what would be accepted."""
    with refusals_of(path):
        content = read_bytes(path)
        return StoryFile(content, first_estimate(parse_story(content), models))


def first_estimate(story: Story, models: ModelsInUse) -> Estimate:
    """Estimate a story of which nothing is drawn or written; raises InputRefusedError as accepting it does."""
    options, spec = models.options(story, today=datetime.now(UTC).date())
    return estimate_plan(story, spec, options=options, known=texts_given_by(story), chat=models.chat)


def renamed(story_file: StoryFile, story_id: str, *, models: ModelsInUse) -> StoryFile:
    """Return the same story under another id: another run, of the same pictures."""
    document = {**json.loads(story_file.content), "story_id": story_id}
    content = json.dumps(document, ensure_ascii=False).encode()
    return StoryFile(content, first_estimate(parse_story(content), models))


def parse_story(content: bytes) -> Story:
    """Return the story; raises InputRefusedError."""
    return parse_json(Story, content, what="the story")


@contextmanager
def refusals_of(path: Path) -> Iterator[None]:
    """Permit the refusal of a file's story into BadInputError."""
    try:
        yield
    except InputRefusedError as error:
        message = f"{path} cannot be illustrated.\n  {error.field}: {error.problem}\n  accepted: {error.accepted}"
        raise BadInputError(message, field=error.field, accepted=error.accepted) from error


def story_path(given: str) -> Path:
    """Return the path that somebody gave; raises BadInputError for none, which would be this very folder."""
    if not given.strip():
        raise BadInputError("The story's path is empty.\n  accepted: the path of a story, a JSON file")
    return Path(given)


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes, one more than are accepted at the most; raises BadInputError."""
    if path.is_dir():
        raise BadInputError(f"{path} is a folder.\n  accepted: a story, a JSON file", accepted="a JSON file")
    try:
        with path.open("rb") as file:
            # One byte more than is accepted tells too much from just enough, without reading what never ends.
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise BadInputError(f"{path} does not exist.\n  accepted: the path of a story, a JSON file") from error
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return content
