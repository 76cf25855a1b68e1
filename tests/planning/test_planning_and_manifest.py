"""From a story to its pictures, and from the ledger's records to the book."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from picturebook.book.manifest import Manifest, build_manifest, total_costs
from picturebook.catalogue import ModelSpec, load_catalogue
from picturebook.errors import InputRefusedError
from picturebook.models.pictures import Costs, PictureOutcome, PictureStatus
from picturebook.models.runs import Claim, PictureRecord, Run, UploadPosition
from picturebook.planning import (
    KnownTexts,
    StoryPlan,
    check_budget,
    drawing_options,
    estimate_plan,
    plan_pictures,
    prompt_of,
    references_of,
    texts_of_the_story,
)
from picturebook.planning.picture_request import compose_request
from picturebook.prompts.bible_prompt import BookStyle
from tests.fakes.clock import START
from tests.fakes.picturebook_world import MODEL
from tests.fakes.stories import MIRA, page, story


def plan(**fields: object) -> StoryPlan:
    one = story(**fields)
    options, spec = drawing_options(one, load_catalogue(), default_model=MODEL, today=date(2026, 11, 25))
    return plan_pictures(one, spec, options=options, texts=texts_of_the_story(one), correlation_id="upload-1")


def worst(**fields: object) -> Decimal:
    cost = plan(**fields).worst_cost_usd
    assert cost is not None
    return cost


def record(of: StoryPlan, picture_id: str, *, take: int = 1, **fields: object) -> PictureRecord:
    message = next(m for m in of.messages if m.picture.picture_id == picture_id)
    ref = message.picture.model_copy(update={"take": take})
    costs = Costs.of(image_out=Decimal("0.03"))
    outcome = PictureOutcome(status=PictureStatus.DRAWN, attempts=1, key=f"k{take}", cost_usd=costs.total, costs=costs)
    return PictureRecord.model_validate({"picture": ref, "outcome": outcome, "decided_at": START, **fields})


def manifest(of: StoryPlan, *records: PictureRecord, image_service: str | None = None) -> Manifest:
    run = Run(
        story_id="lantern",
        revision=of.revision,
        pictures_total=len(of.picture_ids),
        open_pictures=frozenset(),
        accepted_at=START,
        position=UploadPosition(moment=START),
    )
    return build_manifest(of, run, records, image_service=image_service)


def test_pages_come_in_the_order_of_their_numbers_however_they_were_written() -> None:
    assert [m.picture.picture_id for m in plan(pages=[page(3), page(1)]).pages] == ["page-001", "page-003"]


def test_each_message_carries_what_its_picture_needs() -> None:
    for message in plan().messages:
        assert (message.title, message.style, message.correlation_id) == ("The Lantern", "soft watercolour", "upload-1")


def test_a_page_that_sends_references_may_cost_more_than_one_that_sends_none() -> None:
    with_hero, without = (worst(pages=[page(1, *names)]) for names in (["Mira"], []))
    prices = load_catalogue().spec(MODEL).prices
    assert prices
    assert with_hero - without >= Decimal(prices.image_in) * 1000 / 1_000_000


def test_a_larger_picture_may_cost_more() -> None:
    assert worst(size="2048x2048") > worst(size="1024x1024")


def test_a_maximum_of_exactly_the_worst_case_is_enough() -> None:
    least = worst()
    check_budget(plan(max_cost_usd=float(least)))
    with pytest.raises(InputRefusedError):
        check_budget(plan(max_cost_usd=float(least - Decimal("0.0001"))))


def test_what_a_maximum_leaves_beside_one_take_of_each_picture_is_to_spare() -> None:
    assert plan(max_cost_usd=float(worst() + 1)).spare_usd == 1
    assert plan().spare_usd is None


def test_a_model_without_a_price_has_no_worst_case_and_takes_no_maximum() -> None:
    one = plan(max_cost_usd=100)
    spec = one.spec.model_copy(update={"prices": None})
    unpriced = plan_pictures(one.story, spec, options=one.options, texts=texts_of_the_story(one.story))
    assert (unpriced.worst_cost_usd, unpriced.spare_usd) == (None, Decimal(0)), (
        "a maximum of which nobody knows what is left"
    )
    with pytest.raises(InputRefusedError) as refused:
        check_budget(unpriced)
    assert (refused.value.field, refused.value.reason) == ("max_cost_usd", "unknown_price")
    assert MODEL in refused.value.problem


def test_the_manifest_says_of_each_picture_what_it_is_and_with_which_words_it_was_asked_for() -> None:
    one = plan(pages=[page(1, "Mira", text="She waves.")])
    told = manifest(one, record(one, "page-001"))
    (drawn,) = [picture for picture in told.pictures if picture.kind == "page"]
    assert (drawn.text, drawn.characters, drawn.key) == ("She waves.", ("Mira",), "k1")
    assert drawn.prompt == prompt_of(one.request_of(one.pages[0]), one.pages[0], one.spec, ()), (
        "no sheet was drawn, so none was sent along"
    )
    assert (told.quality, told.worst_cost_usd) == ("medium", one.worst_cost_usd)
    assert json.loads(told.model_dump_json())["story_id"] == "lantern"


def test_the_manifest_has_the_wished_model_beside_the_one_that_draws_in_its_place() -> None:
    told = manifest(plan(model="gpt-image-1"))
    assert (told.wished_model, told.model) == ("gpt-image-1", "gpt-image-2")
    assert [manifest(plan(model=model)).wished_model for model in ("gpt-image-2", None)] == [None, None]


def test_the_manifest_says_whose_address_the_pictures_came_from() -> None:
    assert manifest(plan(), image_service="127.0.0.1").image_service == "127.0.0.1"


def test_a_picture_that_nobody_began_is_named_as_such() -> None:
    assert {picture.reason for picture in manifest(plan()).pictures} == {"not_begun"}


def test_the_latest_take_is_the_one_in_the_book_and_counts_once() -> None:
    one = plan(characters=[], pages=[page(1)])
    told = manifest(one, record(one, "page-001", take=2), record(one, "page-001", take=1))
    assert [(picture.take, picture.key) for picture in told.pictures] == [(2, "k2")]
    assert told.drawn == 1
    assert told.version == 2


def test_a_further_take_that_failed_or_is_still_drawn_loses_no_picture_of_the_book() -> None:
    one = plan(characters=[], pages=[page(1)])
    first = record(one, "page-001", take=1)
    failed = PictureOutcome(status=PictureStatus.FAILED, attempts=1, reason="refused_by_moderation")
    for second, version in ((record(one, "page-001", take=2, outcome=failed), 2), (open_take(one), 1)):
        told = manifest(one, first, second)
        assert [(picture.take, picture.key) for picture in told.pictures] == [(1, "k1")]
        assert told.version == version


def open_take(of: StoryPlan) -> PictureRecord:
    return record(of, "page-001", take=2, outcome=None, decided_at=None)


def test_a_claim_without_an_outcome_and_a_lost_call_make_the_whole_cost_unknown() -> None:
    one = plan(characters=[], pages=[page(1), page(2)])
    known = record(one, "page-001")
    claim = Claim(claim_id="c", number=1, deadline=START + timedelta(minutes=1))
    assert total_costs(one, [known]).total == Decimal("0.03")
    assert total_costs(one, [known, record(one, "page-002", outcome=None, claim=claim)]).total is None
    assert total_costs(one, [known, record(one, "page-002", repays=1)]).total is None


def test_a_picture_for_which_nothing_was_called_cost_nothing() -> None:
    one = plan(characters=[], pages=[page(1)])
    never = PictureOutcome(status=PictureStatus.FAILED, attempts=0, reason="sheet_not_drawn")
    assert total_costs(one, [record(one, "page-001", outcome=never)]).total == 0


def test_the_longest_page_that_a_prompt_can_hold_fits_a_message_many_times() -> None:
    hero = {**MIRA, "description": "\u96e8" * 4000}
    (message,) = plan(characters=[hero], pages=[page(1, "Mira", text="\u96e8" * 4000)]).pages
    assert len(message.model_dump_json().encode()) < 64 * 1024


def test_traits_that_are_longer_together_than_a_description_may_be_are_drawn_by() -> None:
    hero = {**MIRA, "traits": ["x" * 500] * 20}
    one = plan(characters=[hero], pages=[page(1, "Mira")])
    for message in one.messages:
        assert "x" * 500 in prompt_of(one.request_of(message), message, one.spec, ())


def test_another_model_size_quality_or_fidelity_is_another_request() -> None:
    one = plan(characters=[], pages=[page(1)])
    (message,) = one.pages
    faithful = one.spec.model_copy(update={"input_fidelities": ("low", "high")})
    asked = {
        compose_request(message, spec, options).request_hash
        for spec, options in [
            (one.spec, one.options),
            (one.spec.model_copy(update={"name": "gpt-image-3"}), one.options),
            (faithful, one.options),
            (one.spec, one.options.model_copy(update={"size": "640x1024"})),
            (one.spec, one.options.model_copy(update={"quality": "high"})),
        ]
    }
    assert len(asked) == 5
    retitled = message.model_copy(update={"take": 2, "title": "Another"})
    assert compose_request(retitled, one.spec, one.options).request_hash in asked


def test_an_estimate_prices_prompts_in_full_and_keeps_the_hashes_of_those_that_the_model_takes() -> None:
    one = plan(characters=[MIRA], pages=[page(1, "Mira", text="They walk. " * 40)])
    chat = load_catalogue().chat_or_unknown("gpt-5.4-mini")
    known = KnownTexts(BookStyle(style="ink", palette=(), source="story"), {})

    def estimated(spec: ModelSpec) -> StoryPlan:
        return estimate_plan(one.story, spec, options=one.options, known=known, chat=chat).plan

    in_full = estimated(one.spec)
    (drawn,) = in_full.pages
    longest = len(prompt_of(in_full.request_of(drawn), drawn, one.spec, references_of(drawn, one.spec)))
    shorter = one.spec.model_copy(update={"most_prompt_characters": longest - 200})
    cut = estimated(shorter)
    planned = plan_pictures(one.story, shorter, options=one.options, texts=cut.texts)
    assert [m.request.request_hash for m in cut.messages if m.request] == [
        m.request.request_hash for m in planned.messages if m.request
    ]
    assert cut.request_of(cut.pages[0]).max_cost_usd == in_full.request_of(drawn).max_cost_usd
