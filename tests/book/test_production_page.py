from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picturebook.book.manifest import Manifest, ManifestPicture
from picturebook.book.pages.production_page import production_page
from picturebook.book.pages.production_picture import _FINDINGS
from picturebook.models.bible import Bible, CharacterAppearance
from picturebook.models.moderation import Flag, ModerationResult, ModerationStatus
from picturebook.models.pictures import AltText, Costs, Usage
from picturebook.picture_checks.visual_scores import visual_findings
from picturebook.picture_likeness import LEAST_SCORES
from tests.book.books import BIBLE, FIRST, HERO, SECOND, book, drawn, finished, missing
from tests.book.browsing import HOSTILE, Element, Page

PAID = Costs(text_in=Decimal("0.002"), image_in=Decimal("0.01"), image_out=Decimal("0.03"), chat=Decimal("0.0001"))
NOTHING_PAID = Costs.of()


def page_of(manifest: Manifest, *, sketched: bool = False) -> Page:
    return Page(production_page(manifest, link=lambda key: f"../../{key}", sketched=sketched))


def paid(picture_id: str, **about: object) -> ManifestPicture:
    costs = {"costs": PAID, "cost_usd": PAID.total, "worst_cost_usd": Decimal("0.06")}
    return drawn(picture_id, **{"page_number": 1, "text": "x", **costs, **about})


def record_of(picture: ManifestPicture, **about: object) -> Element:
    return page_of(book(picture, **about)).one("article", id=f"picture-{picture.picture_id}")


def facts(manifest: Manifest) -> dict[str, str]:
    page = page_of(manifest)
    shown = [element.text for element in page.elements if element.tag in {"dt", "dd"}]
    return dict(zip(shown[::2], shown[1::2], strict=True))


def test_the_header_says_what_was_drawn_and_how() -> None:
    ended = datetime(2026, 11, 25, 18, 40, tzinfo=UTC)
    manifest = book(FIRST, ended_at=ended, version=3, wished_model="dall-e-3", image_service="images.example")
    shown = facts(manifest)
    assert shown["Story"] == "tale"
    assert shown["Revision"] == "0000000000000000, version 3 of the book"
    assert shown["Ending"] == "completed, 2026-11-25 18:40 UTC"
    assert shown["Model"] == "gpt-image-2 (the story names dall-e-3)"
    assert shown["Size, quality"] == "1024x768, medium"
    assert shown["Image service"] == "images.example"


def test_pictures_are_counted_by_how_they_ended() -> None:
    reused = drawn("page-003", page_number=3, text="x", is_reused=True, needs_review=True)
    lost = missing("page-004", page_number=4, text="x", reason="not_begun")
    assert facts(book(HERO, FIRST, reused, lost))["Pictures"] == "2 drawn, 1 reused, 1 failed, of 4; 1 to review"


@pytest.mark.parametrize(
    ("moderation_result", "shown"),
    [
        (None, "not recorded"),
        (ModerationResult(status=ModerationStatus.PASSED), "passed"),
        (ModerationResult(status=ModerationStatus.UNCHECKED), "unchecked: the moderation could not be reached"),
        (ModerationResult(status=ModerationStatus.OFF), "switched off"),
        (
            ModerationResult(
                status=ModerationStatus.FLAGGED, flags=(Flag(field="pages[3].text", categories=("violence", "x")),)
            ),
            "flagged, and drawn all the samepages[3].text violence, x",
        ),
    ],
)
def test_the_moderation_status_is_shown_with_its_flags(moderation_result: ModerationResult | None, shown: str) -> None:
    assert facts(book(FIRST, moderation=moderation_result))["Moderation"] == shown


def test_the_bible_is_shown_with_its_sources_and_all_views() -> None:
    views = [drawn("character-01", character="Maren", view="full figure")]
    views.append(finished("character-01-portrait", character="Maren", view="portrait"))
    views.append(drawn("character-02", character="Bramble", view="full figure"))
    page = page_of(book(*views, FIRST, bible=BIBLE))
    assert facts(book(FIRST, bible=BIBLE))["Style"] == "ink and wash (the story's own words)"
    assert [colour.text for colour in page.all("li", dir="auto")] == ["moss green", "amber"]
    assert "A girl in a yellow raincoat. (written by gpt-5.4-mini)" in page.text
    assert [view.attributes["href"] for view in page.all("a") if view.text in {"full figure", "portrait"}] == [
        "#picture-character-01",
        "#picture-character-01-portrait",
        "#picture-character-02",
    ]


@pytest.mark.parametrize(
    ("source", "shown"), [("story", "the story's own words"), ("traits", "the story's traits in their order")]
)
def test_an_appearance_has_its_source(source: str, shown: str) -> None:
    look = CharacterAppearance.model_validate({"name": "Maren", "description": "red hair", "source": source})
    assert f"red hair ({shown})" in page_of(book(HERO, bible=Bible(style="ink", characters=(look,)))).text


def test_a_book_without_a_bible_shows_its_style_and_cast() -> None:
    page = page_of(book(HERO, FIRST))
    assert facts(book(HERO, FIRST))["Style"] == "ink (the story's own words)"
    assert "Marenno description was kept" in page.text


def test_a_picture_that_needs_review_is_visible_at_once_and_says_why() -> None:
    low = paid("page-001", needs_review=True, findings=("border", "new_check"), scores={"border": 21, "style": 80})
    page = page_of(book(low, SECOND))
    assert page.one("ul", class_="attention").text.startswith("Needs review Page 1")
    record = page.one("article", class_="needs-review")
    assert "needs review" in record.text
    assert "It seems to have a frame or an empty border." in record.text
    assert "It did not pass the check “new check”." in record.text
    assert [row.text for row in page.all("tr", class_="low")] == ["border21"]


def test_scores_are_bars_with_their_numbers() -> None:
    page = page_of(book(paid("page-001", scores={"palette": 21, "style": 140})))
    assert "palette21style140" in page.one("table", class_="scores").text
    assert [bar.attributes["width"] for bar in page.all("rect", class_="filled")[-2:]] == ["21.0", "100.0"]


def test_a_failed_picture_shows_reason_and_explanation() -> None:
    lost = missing("page-001", page_number=1, text="x", reason="refused_by_moderation", explanation="violence <high>")
    record = record_of(lost)
    assert "failed" in record.attributes["class"]
    assert "safety check refused" in record.text
    assert "(refused_by_moderation)" in record.text
    assert "violence <high>" in record.text


def test_a_reused_picture_says_that_nothing_was_bought() -> None:
    record = record_of(paid("page-001", is_reused=True, attempts=0, costs=NOTHING_PAID, cost_usd=Decimal(0)))
    assert "nothing was bought" in record.text
    assert "Total$0Estimate" in record.text


def test_calls_and_tokens_are_shown() -> None:
    usage = Usage(text_in=1512, image_in=0, image_out=1056)
    record = record_of(paid("page-001", take=2, attempts=3, lost_calls=1, usage=usage, cost_usd=None))
    assert "Take 2 · 3 attempts · 1 lost call · tokens: 1,512 text in, 0 image in, 1,056 image out" in record.text
    assert "may have been billed" in record.text


def test_a_pictures_cost_is_shown_by_kind_with_the_estimate() -> None:
    table = page_of(book(paid("page-001"))).one("table", class_="costs").text
    assert table == ("CostText in$0.0020Image in$0.0100Image out$0.0300Chat$0.0001Total$0.0421Estimate, at most$0.0600")


def test_an_unknown_cost_is_never_shown_as_zero() -> None:
    unknown = paid("page-001", costs=None, cost_usd=None, worst_cost_usd=None)
    page = page_of(book(unknown, cost_usd=None, costs=None, worst_cost_usd=None))
    assert page.one("table", class_="costs").text.count("unknown") == 6
    assert page.one("strong", class_="amount").text == "unknown"
    assert "$" not in page.text
    assert "Cost unknown Page 1" in page.one("ul", class_="attention").text


def test_a_lost_call_makes_the_cost_unknown_and_the_known_part_is_shown() -> None:
    lost = paid("page-001", lost_calls=1, cost_usd=None)
    page = page_of(book(lost, paid("page-002", page_number=2), cost_usd=None))
    account = page.one("table", class_="account").text
    assert "Pictures shown hereunknownunknownunknown$0.0002unknown" in account
    assert "Totalunknown" in page.one("article", id="picture-page-001").text
    assert page.one("strong", class_="amount").text == "unknown, $0.0842 at the least"


def test_a_picture_without_calls_costs_nothing() -> None:
    unasked = missing("page-001", page_number=1, text="x", reason="not_begun", attempts=0)
    assert "Total$0" in record_of(unasked).text
    assert "unknown-cost" not in record_of(unasked).attributes["class"]


def test_a_tiny_cost_is_not_shown_as_zero() -> None:
    costs = Costs.of(chat=Decimal("0.00004"))
    record = record_of(paid("page-001", costs=costs, cost_usd=costs.total))
    assert "Chat< $0.0001Total< $0.0001" in record.text


def test_the_books_costs_include_bible_and_takes_that_are_not_shown() -> None:
    bible = Costs.of(chat=Decimal("0.002"))
    total = PAID + bible + Costs.of(image_out=Decimal("0.03"))
    page = page_of(book(paid("page-001"), costs=total, cost_usd=total.total, bible_costs=bible))
    assert page.one("table", class_="account").text == (
        "Text inImage inImage outChatTotal"
        "Pictures shown here$0.0020$0.0100$0.0300$0.0001$0.0421"
        "Words of the bible$0$0$0$0.0020$0.0020"
        "Other takes of the same pictures$0$0$0.0300$0$0.0300"
        "The whole book$0.0020$0.0100$0.0600$0.0021$0.0741"
    )


def test_a_book_whose_pictures_are_all_shown_has_no_row_for_other_takes() -> None:
    assert "Other takes" not in page_of(book(paid("page-001"), costs=PAID, cost_usd=PAID.total)).text


def test_the_estimate_is_shown_with_the_actual_cost() -> None:
    page = page_of(book(FIRST, cost_usd=Decimal("0.1"), worst_cost_usd=Decimal("0.4")))
    assert "$0.1000, estimated at most $0.4000: 25% of it." in page.text
    assert page.all("rect", class_="filled")[0].attributes["width"] == "25.0"


@pytest.mark.parametrize("estimate", [None, Decimal(0)])
def test_an_unknown_or_zero_estimate_has_no_bar(estimate: Decimal | None) -> None:
    page = page_of(book(FIRST, worst_cost_usd=estimate))
    assert page.all("svg") == []
    assert ("the estimate is unknown" in page.text) is (estimate is None)


@pytest.mark.parametrize(
    ("alt_text", "expected"),
    [
        (AltText(text="A lamp.", source="chat"), "Alt text, written by a chat model: A lamp."),
        (AltText(text="A lamp.", source="composed"), "Alt text, composed from the story's words: A lamp."),
        (None, "Alt text, none was written; the book says: Bild zu Seite 1"),
    ],
)
def test_the_alt_text_is_shown_with_its_source(alt_text: AltText | None, expected: str) -> None:
    assert expected in record_of(paid("page-001", alt_text=alt_text), language="de").text


def test_the_prompt_is_shown_unchanged_with_its_request_hash() -> None:
    page = page_of(book(paid("page-001", prompt="\n Draw\n  <a> fox", request_hash="ab12")))
    assert page.one("pre", dir="ltr").text == "\n\n Draw\n  <a> fox"
    assert page.one("summary").text == "Prompt, 16 characters, request ab12"


def test_every_file_of_a_picture_is_linked() -> None:
    page = page_of(book(finished("page-001", page_number=1, text="x")))
    links = {link.text: link.attributes["href"] for link in page.all("a") if link.attributes["href"].startswith("..")}
    assert links["original PNG 1024x768"] == "../../images/tale/page-001.png"
    assert links["web 800x600, 80 kB"] == "../../images/tale/page-001.web.webp"
    assert links["thumbnail 320x240, 32 kB"] == "../../images/tale/page-001.thumbnail.webp"


def test_every_picture_has_alternative_text_and_a_size_and_loads_late() -> None:
    images = page_of(book(HERO, FIRST, finished("page-002", page_number=2, text="x"), bible=BIBLE)).all("img")
    assert len(images) == 4
    for image in images:
        assert image.attributes["alt"]
        assert image.attributes["loading"] == "lazy"
        assert int(image.attributes["width"]) > int(image.attributes["height"]) > 0


def test_pictures_can_be_filtered_by_state() -> None:
    review, lost = paid("page-001", needs_review=True), missing("page-002", page_number=2, reason="not_begun")
    reused, unknown = paid("page-003", page_number=3, is_reused=True), paid("page-004", page_number=4, cost_usd=None)
    page = page_of(book(review, lost, reused, unknown))
    labels = [label.text for label in page.all("label")]
    assert labels == ["All 4", "Needs review 1", "Failed 1", "Cost unknown 2", "Reused 1"]
    assert page.one("input", checked="").attributes["id"] == "show-all"
    for choice in page.all("input")[1:]:
        state = choice.attributes["id"].removeprefix("show-")
        assert f"body:has(#show-{state}:checked) .picture:not(.{state}, :target)" in page.markup


def test_the_filter_has_no_empty_states() -> None:
    assert [label.text for label in page_of(book(paid("page-001"))).all("label")] == ["All 1"]


def test_a_book_without_pictures_that_need_attention_says_so() -> None:
    section = page_of(book(paid("page-001"))).all("section")[0]
    assert section.text.split() == ["To", "look", "at", "Nothing."]


def test_every_link_within_the_page_has_a_target() -> None:
    lost = missing("page-002", page_number=2, text="x", reason="not_begun")
    page = page_of(book(HERO, paid("page-001", needs_review=True), lost, bible=BIBLE))
    places = {element.attributes["id"] for element in page.elements if "id" in element.attributes}
    inner = {link.attributes["href"] for link in page.all("a") if link.attributes["href"].startswith("#")}
    assert inner == {"#picture-character-01", "#picture-page-001", "#picture-page-002"}
    assert {link[1:] for link in inner} <= places


def test_a_sketched_book_says_that_nothing_was_charged() -> None:
    assert "nothing was charged" in page_of(book(FIRST), sketched=True).text
    assert "nothing was charged" not in page_of(book(FIRST)).text


def test_it_links_to_the_book() -> None:
    assert page_of(book(FIRST)).all("a")[0].attributes["href"] == "index.html"


def test_labels_are_english_and_the_storys_text_has_its_language() -> None:
    page = page_of(book(paid("page-001", text="مرحبا"), language="ar", title="قصة"))
    assert page.one("html").attributes == {"lang": "en", "dir": "ltr"}
    assert page.one("bdi", lang="ar").text == "قصة"
    assert page.one("p", class_="text").attributes["lang"] == "ar"


def rich(words: str) -> Manifest:
    flags = (Flag(field=words, categories=(words,)),)
    look = CharacterAppearance.model_construct(name=words, description=words, source="chat")
    bible = Bible.model_construct(
        style=words, style_source="chat", palette=(words,), characters=(look,), chat_model=words
    )
    hero = finished("character-01", character=words, view=words, alt_text=AltText(text=words, source="chat"))
    low = paid("page-001", text=words, needs_review=True, findings=(words,), scores={words: 9}, prompt=words)
    low = low.model_copy(update={"request_hash": words, "media_type": words, "characters": (words,)})
    lost = missing("page-002", page_number=2, text=words, reason=words, explanation=words)
    about = dict.fromkeys(("title", "ending", "model", "wished_model", "image_service", "size", "quality"), words)
    moderation_result = ModerationResult(status=ModerationStatus.FLAGGED, flags=flags)
    return book(hero, low, lost, language=words, story_id=words, moderation=moderation_result, **about).model_copy(
        update={"bible": bible}
    )


def test_hostile_text_is_escaped_everywhere() -> None:
    harmless, page = page_of(rich("zebra")), page_of(rich(HOSTILE))
    assert [element.tag for element in page.elements] == [element.tag for element in harmless.elements]
    known = {name for element in harmless.elements for name in element.attributes}
    assert {name for element in page.elements for name in element.attributes} == known
    assert page.text.count(HOSTILE) == harmless.text.count("zebra") > 20


@given(st.text(st.characters(codec=None), min_size=1, max_size=100))
def test_no_text_breaks_the_page_or_its_encoding(text: str) -> None:
    page = page_of(rich(text))
    page.markup.encode("utf-8")
    assert len(page.all("article")) == 3
    assert page.all("script") == []


def test_the_policy_permits_only_this_style_and_these_pictures() -> None:
    page = page_of(rich("zebra"))
    assert page.policy == (
        f"default-src 'none'; img-src 'self' file:; style-src 'sha256-{page.style_digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.all("script") == []
    assert not any(
        "style" in e.attributes or any(name.startswith("on") for name in e.attributes) for e in page.elements
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "vbscript:x", "file:///etc/passwd"])
def test_no_link_has_an_address_that_the_policy_refuses(address: str) -> None:
    page = Page(production_page(book(FIRST), link=lambda _key: address, book_href=address))
    assert all(link.attributes["href"] != address for link in page.all("a"))
    assert "img-src 'none'" in page.policy


def test_every_finding_has_its_own_sentence() -> None:
    looks = visual_findings({"contrast": 0, "border": 0})
    for finding in (*looks, *LEAST_SCORES):
        assert finding in _FINDINGS, finding
    assert len(_FINDINGS) == len({*looks, *LEAST_SCORES})
