"""Reads a story from a file and plans it, so that whatever the cloud would refuse is refused before it is started."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local.cli.exit_status import BadInputError
from picturebook.catalogue import load_catalogue
from picturebook.errors import InputRefusedError
from picturebook.models.parsing import MOST_BYTES, parse_json
from picturebook.models.story import Story
from picturebook.planning import StoryPlan, check_budget, drawing_options, plan_pictures, words_of_the_story


@dataclass(frozen=True, slots=True)
class StoryFile:
    """A story that will be accepted: its bytes as they are uploaded, and the plan of its pictures."""

    content: bytes
    plan: StoryPlan


def read_story_file(path: Path, *, default_model: str) -> StoryFile:
    """Read and check the file; raises BadInputError that names the field and what would be accepted."""
    content = _read(path)
    try:
        story = parse_json(Story, content, what="the story")
        return StoryFile(content, plan_story_of(story, default_model=default_model))
    except InputRefusedError as error:
        message = f"{path} cannot be illustrated.\n  {error.field}: {error.problem}\n  accepted: {error.accepted}"
        raise BadInputError(message, field=error.field, accepted=error.accepted) from error


def plan_story_of(story: Story, *, default_model: str) -> StoryPlan:
    """Plan the pictures of a valid story; raises InputRefusedError for its model, size, quality or budget."""
    today = datetime.now(UTC).date()
    options, spec = drawing_options(story, load_catalogue(), default_model=default_model, today=today)
    plan = plan_pictures(story, spec, options=options, words=words_of_the_story(story))
    check_budget(plan)
    return plan


def renamed(story_file: StoryFile, story_id: str, *, default_model: str) -> StoryFile:
    """Return the same story under another id: another run, of the same pictures."""
    document = {**json.loads(story_file.content), "story_id": story_id}
    content = json.dumps(document, ensure_ascii=False).encode()
    story = parse_json(Story, content, what="the story")
    return StoryFile(content, plan_story_of(story, default_model=default_model))


def _read(path: Path) -> bytes:
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
