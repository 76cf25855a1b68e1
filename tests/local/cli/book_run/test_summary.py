from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.cli.amounts import max_amount
from local.cli.book_run.book_result import BookResult, settled_by
from local.cli.book_run.illustration import Illustration
from local.cli.book_run.story_timing import StoryTiming, story_timing
from local.cli.book_run.summary import print_summary, summary_document
from local.cli.progress.picture_progress import PictureState
from local.cli.progress.story_progress import StoryProgress, advance, begin
from picturebook.book.manifest import ManifestPicture
from picturebook.models.pictures import Costs
from picturebook.planning import Estimate, StoryPlan
from tests.book.books import book, drawn, missing
from tests.local.cli.stories import picture_event, story_event, story_file, unpriced

HERO = drawn("character-01", character="Maren")
PAGE = drawn("page-001", page_number=1, text="x")
LOST = missing("page-002", page_number=2, text="x", reason="refused_by_moderation")


@pytest.fixture
def estimate(tmp_path: Path) -> Estimate:
    return story_file(tmp_path).estimate


@pytest.fixture
def plan(estimate: Estimate) -> StoryPlan:
    return estimate.plan


def ended(plan: StoryPlan, ending: str, **data: object) -> StoryProgress:
    progress = advance(begin(plan), picture_event(plan, "ImageStarted", "page-001", sequence=1002, at=1.0, attempt=1))
    progress = advance(progress, picture_event(plan, "ImageCompleted", "page-001", sequence=1003, at=3.0, attempts=1))
    return advance(progress, story_event(plan, ending, **data))  # type: ignore[arg-type]  # a test's literal


def result_of(estimate: Estimate, progress: StoryProgress, *, is_live: bool = False) -> BookResult:
    manifest = book(HERO, PAGE, LOST)
    progress = settled_by(manifest, progress)
    return BookResult(estimate, Illustration(progress, 7.5), manifest, Path("book/tale"), {}, is_live=is_live)


def printed(result: BookResult) -> str:
    stream = StringIO()
    print_summary(result, Console(file=stream, width=140))
    return stream.getvalue()


def test_the_manifest_sets_the_final_state_of_every_picture(plan: StoryPlan) -> None:
    progress = settled_by(book(HERO, PAGE, LOST), ended(plan, "StoryPartiallyCompleted"))
    states = [picture.state for picture in progress.pictures.values()]
    assert states == [PictureState.DONE, PictureState.DONE, PictureState.FAILED]
    assert progress.pictures["page-001"].seconds == 2.0


def test_the_summary_has_pictures_totals_estimate_and_the_folder(estimate: Estimate, plan: StoryPlan) -> None:
    text = printed(result_of(estimate, ended(plan, "StoryPartiallyCompleted")))
    assert "The book is finished, with pictures missing." in text
    assert "safety check" in text
    assert f"Cost: $0.1000, estimated at most {max_amount(estimate.at_most_usd)}." in text
    assert "nothing was charged" in text
    assert "Story time: 7.5 s" in text
    assert "book/tale/index.html" in text


def test_a_live_run_is_not_called_free(estimate: Estimate, plan: StoryPlan) -> None:
    assert "nothing was charged" not in printed(result_of(estimate, ended(plan, "StoryCompleted"), is_live=True))


def test_an_unknown_cost_is_unknown_and_not_zero(estimate: Estimate, plan: StoryPlan) -> None:
    result = result_of(estimate, ended(plan, "StoryCompleted"))
    result = replace(result, manifest=book(HERO, PAGE, LOST, cost_usd=None))
    assert "Cost: unknown" in printed(result)
    assert summary_document(result)["cost_usd"] == "unknown"


def test_a_refusal_is_printed_with_the_message_of_its_event(estimate: Estimate, plan: StoryPlan) -> None:
    progress = ended(plan, "StoryRejected", message="size: 9x9 is not a size. Accepted: 1024x1024.")
    result = BookResult(estimate, Illustration(progress, 1.0), None, None, {}, is_live=False)
    text = printed(result)
    assert "The story was refused." in text
    assert "size: 9x9 is not a size." in text
    assert result.status == 1


@pytest.mark.parametrize(
    ("ending", "status"),
    [("StoryCompleted", 0), ("StoryPartiallyCompleted", 1), ("StoryFailed", 1), ("StoryCancelled", 1)],
)
def test_only_a_complete_book_is_status_0(estimate: Estimate, plan: StoryPlan, ending: str, status: int) -> None:
    assert result_of(estimate, ended(plan, ending)).status == status


def test_scripts_get_everything(estimate: Estimate, plan: StoryPlan) -> None:
    document = summary_document(result_of(estimate, ended(plan, "StoryPartiallyCompleted")))
    assert (document["type"], document["ending"]) == ("summary", "StoryPartiallyCompleted")
    assert (document["pictures_total"], document["pictures_drawn"]) == (3, 2)
    assert document["worst_cost_usd"] == str(estimate.at_most_usd)


def test_the_ratio_is_story_time_divided_by_critical_path(plan: StoryPlan) -> None:
    illustration = Illustration(ended(plan, "StoryCompleted"), 9.0)
    measured = story_timing(illustration, plan, workers=10, service_s=0.0)
    given = story_timing(illustration, plan, workers=10, service_s=2.5)
    assert measured == StoryTiming(9.0, 4.0, 2.0, service_is_given=False, workers=10)
    assert measured.ratio == 2.25
    assert given is not None
    assert given.sentence("warm") == (
        "warm: 9.0 s, critical path 7.5 s, ratio 1.20 (2.5 s a picture, as set; 10 pages at once)"
    )


def test_a_book_with_missing_pictures_has_no_timing(plan: StoryPlan) -> None:
    illustration = Illustration(ended(plan, "StoryPartiallyCompleted"), 6.0)
    assert story_timing(illustration, plan, workers=10, service_s=2.0) is None


def test_an_estimate_at_an_unknown_price_is_unknown_in_words_and_for_scripts(
    estimate: Estimate, plan: StoryPlan
) -> None:
    result = result_of(unpriced(estimate), ended(plan, "StoryCompleted"))
    assert "some prices are unknown" in printed(result)
    assert summary_document(result)["worst_cost_usd"] == "unknown"


def test_the_estimate_of_each_picture_stands_beside_what_it_cost(estimate: Estimate, plan: StoryPlan) -> None:
    cheap = PAGE.model_copy(update={"cost_usd": Decimal("0.0312")})
    text = printed(replace_pictures(result_of(estimate, ended(plan, "StoryPartiallyCompleted")), HERO, cheap, LOST))
    row = next(line.split() for line in text.splitlines() if "Page 1" in line)
    assert row[-2:] == [max_amount(estimate.picture_usd(plan.pages[0])), "$0.0312"]


def test_pictures_that_need_review_or_were_drawn_before_are_marked(estimate: Estimate, plan: StoryPlan) -> None:
    odd = PAGE.model_copy(update={"needs_review": True})
    known = HERO.model_copy(update={"is_reused": True, "attempts": 0})
    result = replace_pictures(result_of(estimate, ended(plan, "StoryPartiallyCompleted")), known, odd, LOST)
    rows = {line.split("  ")[1].strip(): line for line in printed(result).splitlines() if line.startswith("  ")}
    assert rows["Maren"].rstrip().endswith("$0   drawn before")
    assert "needs review" in rows["Page 1"]
    pictures: Any = summary_document(result)["pictures"]
    assert [(one["needs_review"], one["is_reused"]) for one in pictures] == [
        (False, True),
        (True, False),
        (False, False),
    ]


def test_the_cost_is_printed_by_kind_with_the_bibles_part(estimate: Estimate, plan: StoryPlan) -> None:
    costs = Costs(text_in=Decimal("0.004"), image_in=Decimal("0.02"), image_out=None, chat=Decimal("0.0031"))
    manifest = book(HERO, PAGE, LOST, costs=costs, bible_costs=Costs.of(chat=Decimal("0.0011")))
    result = replace(result_of(estimate, ended(plan, "StoryPartiallyCompleted")), manifest=manifest)
    by_kind = (
        "By kind: text in $0.0040, image in $0.0200, image out unknown, chat $0.0031, $0.0011 of it for the bible."
    )
    assert by_kind in printed(result)
    document = summary_document(result)
    assert document["costs"] == {"text_in": "0.004", "image_in": "0.02", "image_out": "unknown", "chat": "0.0031"}
    assert document["bible_costs"] == {"text_in": "0", "image_in": "0", "image_out": "0", "chat": "0.0011"}


def test_both_pages_of_the_book_are_named(estimate: Estimate, plan: StoryPlan) -> None:
    text = printed(result_of(estimate, ended(plan, "StoryCompleted")))
    assert "The book: book/tale/index.html" in text
    assert "How it was made: book/tale/production.html" in text


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_terminal_with_every_amount_whole(estimate: Estimate, plan: StoryPlan, width: int) -> None:
    stream = StringIO()
    print_summary(result_of(estimate, ended(plan, "StoryPartiallyCompleted")), Console(file=stream, width=width))
    lines = stream.getvalue().splitlines()
    assert all(len(line) <= width for line in lines)
    assert all(max_amount(estimate.picture_usd(message)) in stream.getvalue() for message in plan.messages)


def replace_pictures(result: BookResult, *pictures: ManifestPicture) -> BookResult:
    manifest = book(*pictures)
    settled = settled_by(manifest, result.illustration.progress)
    return replace(result, manifest=manifest, illustration=replace(result.illustration, progress=settled))
