"""A picture's request is composed when its story is planned, and read from then on: counted over a whole story.

The counter watches which functions run, so that nothing of ours is patched.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from picturebook.prompts.picture_prompt import character_parts, page_parts, render_prompt
from tests.fakes.text_models import FakeChatModel
from tests.virtual_time.event_loop import run_in_virtual_time
from tests.virtual_time.test_whole_story import Deployment, a_story

# Once in the story's own words, to know what they may cost, and once with the bible that a chat model wrote.
MOST_COMPOSITIONS = 2
PAGES = 4
# And two characters, each as full figure and portrait.
PICTURES = PAGES + 4
STORY = a_story(pages_total=PAGES)


@contextmanager
def counted_compositions() -> Iterator[Counter[str]]:
    """Count, while the context lasts, how often each picture's prompt is composed; `render` counts every rendering."""
    counts: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, _arg: object) -> None:
        if event != "call":
            return
        if frame.f_code is page_parts.__code__:
            counts[f"page {frame.f_locals['page'].page_number}"] += 1
        elif frame.f_code is character_parts.__code__:
            counts[f"{frame.f_locals['view']} of {frame.f_locals['character'].name}"] += 1
        elif frame.f_code is render_prompt.__code__:
            counts["render"] += 1

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield counts
    finally:
        sys.setprofile(before)


def send_and_work(deployment: Deployment, *bodies: tuple[str, str]) -> Counter[str]:
    """Send messages one after the other, each when the one before is done; return what was composed."""

    async def main() -> None:
        for queue, body in bodies:
            deployment.queues.by_name[queue].send(body)
            await deployment.work()

    with counted_compositions() as counts:
        run_in_virtual_time(main())
    return counts


def redraw(picture_id: str) -> str:
    return json.dumps({"schema_version": "1.0", "action": "redraw", "story_id": "lantern", "picture_id": picture_id})


def test_each_picture_of_a_story_is_composed_at_most_twice_from_its_plan_to_a_redraw() -> None:
    deployment = Deployment(chat_model=FakeChatModel(), chat_model_name="gpt-5.4-mini")
    counts = send_and_work(deployment, ("story", STORY), ("story", STORY), ("control", redraw("page-003")))
    assert deployment.published("StoryCompleted") == 1
    assert len(deployment.model.drawn) == PICTURES + 1
    counts.pop("render")
    assert len(counts) == PICTURES
    assert max(counts.values()) == MOST_COMPOSITIONS


def test_a_story_without_a_chat_model_is_composed_once() -> None:
    deployment = Deployment()
    counts = send_and_work(deployment, ("story", STORY))
    assert deployment.published("StoryCompleted") == 1
    # When it is planned, before the call, and for the manifest.
    assert counts.pop("render") == 3 * PICTURES
    assert len(counts) == PICTURES
    assert set(counts.values()) == {1}


def test_a_request_without_a_story_is_composed_when_it_is_admitted() -> None:
    deployment = Deployment()
    page = {"page_number": 1, "text": "The boat waits for the tide."}
    message = {"schema_version": "1.0", "request_id": "fern", "style": "soft watercolour", "size": "1024x640"}
    counts = send_and_work(deployment, ("page", json.dumps({**message, "page": page})))
    assert deployment.published("ImageCompleted") == 1
    assert counts == {"page 1": 1, "render": 2}
