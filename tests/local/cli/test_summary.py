from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from local.cli.illustration import Illustration
from local.cli.pace import Pace, pace_of
from local.cli.picture_progress import PictureState
from local.cli.progress import StoryProgress, advance, begin
from local.cli.result import Result, settled_by
from local.cli.summary import print_summary, summary_document
from picturebook.planning import StoryPlan
from tests.local.cli.stories import picture_event, story_event, story_file, unpriced
from tests.pages.books import book, drawn, missing

HERO = drawn("character-01", character="Maren")
PAGE = drawn("page-001", page_number=1, text="x")
LOST = missing("page-002", page_number=2, text="x", reason="refused_by_moderation")


@pytest.fixture
def plan(tmp_path: Path) -> StoryPlan:
    return story_file(tmp_path).plan


def ended(plan: StoryPlan, ending: str, **data: object) -> StoryProgress:
    progress = advance(begin(plan), picture_event(plan, "ImageStarted", "page-001", sequence=1002, at=1.0, attempt=1))
    progress = advance(progress, picture_event(plan, "ImageCompleted", "page-001", sequence=1003, at=3.0, attempts=1))
    return advance(progress, story_event(plan, ending, **data))  # type: ignore[arg-type]  # a test's literal


def result_of(plan: StoryPlan, progress: StoryProgress, *, is_live: bool = False) -> Result:
    manifest = book(HERO, PAGE, LOST)
    progress = settled_by(manifest, progress)
    return Result(plan, Illustration(progress, 7.5), manifest, Path("book/tale"), {}, is_live=is_live)


def printed(result: Result) -> str:
    stream = StringIO()
    print_summary(result, Console(file=stream, width=140))
    return stream.getvalue()


def test_the_manifest_has_the_last_word_on_every_picture(plan: StoryPlan) -> None:
    progress = settled_by(book(HERO, PAGE, LOST), ended(plan, "StoryPartiallyCompleted"))
    states = [picture.state for picture in progress.pictures.values()]
    assert states == [PictureState.DONE, PictureState.DONE, PictureState.FAILED]
    assert progress.pictures["page-001"].seconds == 2.0


def test_the_summary_has_pictures_totals_estimate_and_the_folder(plan: StoryPlan) -> None:
    text = printed(result_of(plan, ended(plan, "StoryPartiallyCompleted")))
    assert "The book is finished, with pictures missing." in text
    assert "safety check" in text
    assert f"Cost: $0.1000, estimated at most ${plan.worst_cost_usd:.4f}." in text
    assert "nothing was charged" in text
    assert "Story time: 7.5 s" in text
    assert "book/tale/index.html" in text


def test_real_money_is_not_called_free(plan: StoryPlan) -> None:
    assert "nothing was charged" not in printed(result_of(plan, ended(plan, "StoryCompleted"), is_live=True))


def test_an_unknown_cost_is_unknown_and_not_zero(plan: StoryPlan) -> None:
    result = result_of(plan, ended(plan, "StoryCompleted"))
    result = replace(result, manifest=book(HERO, PAGE, LOST, cost_usd=None))
    assert "Cost: unknown" in printed(result)
    assert summary_document(result)["cost_usd"] == "unknown"


def test_a_refusal_is_told_in_its_own_words(plan: StoryPlan) -> None:
    progress = ended(plan, "StoryRejected", message="size: 9x9 is not a size. Accepted: 1024x1024.")
    result = Result(plan, Illustration(progress, 1.0), None, None, {}, is_live=False)
    text = printed(result)
    assert "The story was refused." in text
    assert "size: 9x9 is not a size." in text
    assert result.status == 1


@pytest.mark.parametrize(
    ("ending", "status"),
    [("StoryCompleted", 0), ("StoryPartiallyCompleted", 1), ("StoryFailed", 1), ("StoryCancelled", 1)],
)
def test_only_a_complete_book_is_status_0(plan: StoryPlan, ending: str, status: int) -> None:
    assert result_of(plan, ended(plan, ending)).status == status


def test_scripts_get_everything(plan: StoryPlan) -> None:
    document = summary_document(result_of(plan, ended(plan, "StoryPartiallyCompleted")))
    assert (document["type"], document["ending"]) == ("summary", "StoryPartiallyCompleted")
    assert (document["pictures_total"], document["pictures_drawn"]) == (3, 2)
    assert document["worst_cost_usd"] == str(plan.worst_cost_usd)


def test_the_pace_is_story_time_by_critical_path(plan: StoryPlan) -> None:
    illustration = Illustration(ended(plan, "StoryCompleted"), 6.0)
    measured = pace_of(illustration, plan, workers=10, service_s=0.0)
    given = pace_of(illustration, plan, workers=10, service_s=2.5)
    assert measured == Pace(6.0, 4.0, 2.0, service_is_given=False, workers=10)
    assert measured.ratio == 1.5
    assert given is not None
    assert given.sentence("warm") == (
        "warm: 6.0 s, critical path 5.0 s, ratio 1.20 (2.5 s a picture, as set; 10 pages at once)"
    )


def test_a_book_with_holes_has_no_pace(plan: StoryPlan) -> None:
    illustration = Illustration(ended(plan, "StoryPartiallyCompleted"), 6.0)
    assert pace_of(illustration, plan, workers=10, service_s=2.0) is None


def test_an_estimate_at_an_unknown_price_is_unknown_in_words_and_for_scripts(plan: StoryPlan) -> None:
    result = result_of(unpriced(plan), ended(plan, "StoryCompleted"))
    assert "nobody knows the model's price" in printed(result)
    assert summary_document(result)["worst_cost_usd"] == "unknown"
