from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picturebook.book.manifest import Manifest
from picturebook.book.pages.book_page import book_page
from picturebook.models.bible import Bible, CharacterAppearance
from picturebook.models.pictures import AltText
from tests.book.books import BIBLE, FIRST, HERO, SECOND, book, drawn, finished, missing
from tests.book.browsing import HOSTILE, Page

VIEWS = (
    drawn("character-01", character="Maren", view="full figure"),
    drawn("character-01-portrait", character="Maren", view="portrait"),
)


def page_of(manifest: Manifest) -> Page:
    return Page(book_page(manifest, link=lambda key: f"../../{key}"))


def test_the_page_shows_title_cast_and_every_page_with_its_text() -> None:
    page = page_of(book(HERO, FIRST, SECOND))
    for words in ("A Tale", "Who you will meet", "Maren", "Maren walks.", "It rains.", "The end"):
        assert words in page.text
    assert [a.attributes["id"] for a in page.all("article")] == ["page-1", "page-2"]


def test_pictures_have_alternative_text_and_size_and_load_late_except_the_cover() -> None:
    images = [image.attributes for image in page_of(book(HERO, FIRST, SECOND)).all("img")]
    assert [image["loading"] for image in images] == ["eager", "lazy", "lazy", "lazy"]
    assert [image["alt"] for image in images[1:]] == [
        "Portrait of Maren",
        "Illustration of page 1, with Maren",
        "Illustration of page 2",
    ]
    assert all((image["width"], image["height"]) == ("1024", "768") for image in images)
    assert images[2]["src"] == "../../images/tale/page-001.png"


def test_the_stored_alt_text_is_shown() -> None:
    page = drawn("page-001", page_number=1, text="x", alt_text=AltText(text="A girl, a lamp.", source="chat"))
    cover, shown = page_of(book(page, language="ar")).all("img")
    assert cover.attributes["alt"] == shown.attributes["alt"] == "A girl, a lamp."
    assert "lang" not in shown.attributes


def test_a_composed_alt_text_has_its_language() -> None:
    shown = page_of(book(FIRST, language="ar")).all("img")[-1]
    assert (shown.attributes["alt"], shown.attributes["lang"]) == ("Illustration of page 1, with Maren", "en")


@pytest.mark.parametrize(
    ("view", "alt"),
    [
        ("full figure", "Maren, from head to toe"),
        ("portrait", "Portrait of Maren"),
        ("from behind", "Maren: from behind"),
    ],
)
def test_a_character_is_described_by_its_view(view: str, alt: str) -> None:
    assert page_of(book(drawn("character-01", character="Maren", view=view))).all("img")[0].attributes["alt"] == alt


def test_each_character_is_introduced_once_by_its_portrait() -> None:
    page = page_of(book(*VIEWS, drawn("character-02", character="Bramble", view="full figure"), FIRST))
    sources = [image.attributes["src"] for image in page.all("img")[1:3]]
    assert sources == ["../../images/tale/character-01-portrait.png", "../../images/tale/character-02.png"]
    assert len(page.all("figcaption")) == 2


def test_a_character_whose_portrait_failed_is_introduced_by_its_full_figure() -> None:
    full_figure, _ = VIEWS
    lost = missing("character-01-portrait", reason="outcome_unknown", character="Maren", view="portrait")
    page = page_of(book(full_figure, lost))
    assert page.all("img")[-1].attributes["src"].endswith("character-01.png")
    assert "still missing" not in page.text


def test_a_character_without_drawn_pictures_is_introduced_too() -> None:
    lost = [missing(view.picture_id, reason="not_begun", character="Maren", view=view.view) for view in VIEWS]
    page = page_of(book(*lost, SECOND))
    assert page.text.count("This picture is still missing") == 1
    assert page.one("p", class_="name").text == "Maren"


def test_a_character_is_introduced_with_its_appearance() -> None:
    assert page_of(book(HERO, bible=BIBLE)).one("p", class_="look").text == "A girl in a yellow raincoat."


@pytest.mark.parametrize(
    ("look", "caption"),
    [
        ("a coat, " * 40, "a coat, " * 26 + "a coat…"),
        ("word " * 60, "word " * 43 + "word…"),
        ("\u5973" * 300, "\u5973" * 220 + "…"),
    ],
)
def test_a_long_appearance_is_cut_between_clauses_or_words(look: str, caption: str) -> None:
    bible = Bible(style="ink", characters=(CharacterAppearance(name="Maren", description=look.strip(), source="chat"),))
    assert page_of(book(HERO, bible=bible)).one("p", class_="look").text == caption


def test_pictures_are_shown_in_their_web_size_and_small_ones_may_be_thumbnails() -> None:
    hero, page = finished("character-01", character="Maren"), finished("page-001", page_number=1, text="x")
    cover, portrait, spread = (image.attributes for image in page_of(book(hero, page)).all("img"))
    web = "../../images/tale/character-01.web.webp"
    assert (portrait["src"], portrait["width"], portrait["height"]) == (web, "800", "600")
    assert portrait["srcset"] == f"../../images/tale/character-01.thumbnail.webp 320w, {web} 800w"
    assert portrait["sizes"]
    assert "srcset" not in spread | cover
    assert spread["src"] == "../../images/tale/page-001.web.webp"


def test_without_a_web_size_the_original_is_shown() -> None:
    thumbnail = finished("character-01", character="Maren").derivatives[1:]
    hero = drawn("character-01", character="Maren", derivatives=thumbnail)
    cover, portrait = (image.attributes for image in page_of(book(hero)).all("img"))
    assert cover["src"] == portrait["src"] == "../../images/tale/character-01.png"
    assert portrait["srcset"].endswith("thumbnail.webp 320w, ../../images/tale/character-01.png 1024w")


def test_a_space_in_an_address_does_not_end_it_in_srcset() -> None:
    markup = book_page(book(finished("character-01", character="Maren")), link=lambda key: f"a b/{key}")
    assert "a%20b/images/tale/character-01.thumbnail.webp 320w" in Page(markup).all("img")[1].attributes["srcset"]


def test_only_the_cover_is_loaded_first() -> None:
    cover, *others = (image.attributes for image in page_of(book(HERO, FIRST, SECOND)).all("img"))
    assert cover["fetchpriority"] == "high"
    assert {(image["decoding"], image.get("fetchpriority")) for image in others} == {("async", None)}


def test_a_page_that_needs_review_is_the_last_choice_for_the_cover() -> None:
    crowded = drawn("page-003", page_number=3, text="x", characters=("Maren", "Bramble"), needs_review=True)
    assert page_of(book(FIRST, crowded)).all("img")[0].attributes["src"].endswith("page-001.png")
    assert page_of(book(SECOND, crowded)).all("img")[0].attributes["src"].endswith("page-003.png")


def test_without_a_page_that_shows_the_cast_the_cover_is_a_portrait() -> None:
    page = page_of(book(*VIEWS, SECOND))
    assert page.all("img")[0].attributes["src"].endswith("character-01-portrait.png")


def test_the_cover_names_only_a_small_cast() -> None:
    crowd = [drawn(f"character-{number:02d}", character=f"Number {number}") for number in range(1, 7)]
    assert [name.text for name in page_of(book(*crowd[:2])).all("bdi")] == ["Number 1", "Number 2"]
    assert page_of(book(*crowd)).all("bdi") == []


def test_the_colophon_links_to_the_production_view() -> None:
    assert page_of(book(FIRST)).one("a").attributes["href"] == "production.html"
    link = Page(book_page(book(FIRST), link=str, production_href="making.html?a=1&b=2")).one("a")
    assert link.attributes["href"] == "making.html?a=1&b=2"
    assert link.text == "How this book was made"


def test_the_link_to_the_production_view_cannot_be_a_script() -> None:
    page = Page(book_page(book(FIRST), link=str, production_href="javascript:alert(1)"))
    assert "javascript" not in page.markup


def test_every_book_says_that_a_machine_made_its_pictures() -> None:
    assert "made by a machine" in page_of(book(FIRST)).text


def test_the_cover_shows_the_page_on_which_most_of_the_cast_is() -> None:
    crowded = drawn("page-003", page_number=3, text="All.", characters=("Maren", "Bramble"))
    cover = page_of(book(HERO, SECOND, FIRST, crowded)).all("img")[0]
    assert cover.attributes["src"].endswith("page-003.png")


def test_a_missing_picture_has_a_placeholder_with_the_reason() -> None:
    lost = missing("page-001", page_number=1, text="Maren walks.", reason="refused_by_moderation")
    page = page_of(book(lost, SECOND))
    assert "This picture is still missing" in page.text
    assert "safety check refused" in page.text
    assert "refused_by_moderation" not in page.markup


def test_a_missing_picture_with_an_unknown_reason_shows_its_explanation() -> None:
    lost = missing("page-001", page_number=1, text="x", reason="new_reason", explanation="The <moon> was out.")
    assert "The <moon> was out." in page_of(book(lost)).text


def test_a_book_without_pictures_is_rendered() -> None:
    lost = missing("page-001", page_number=1, text="Maren walks.", reason="provider_unavailable")
    page = page_of(book(lost, ending="StoryFailed"))
    assert page.all("img") == []
    assert "img-src 'none'" in page.policy
    assert "Maren walks." in page.text


def test_hostile_text_is_escaped_everywhere() -> None:
    evil = drawn("page-001", page_number=1, text=HOSTILE, characters=(HOSTILE,))
    hero = drawn("character-01", character=HOSTILE)
    friend = finished("character-02", character="Bramble", alt_text=AltText(text=HOSTILE, source="chat"))
    look = CharacterAppearance(name=HOSTILE, description=HOSTILE, source="chat")
    harmless = page_of(book(HERO, finished("character-02", character="Bramble"), FIRST, bible=BIBLE))
    bible = Bible(style=HOSTILE, characters=(look,))
    manifest = book(hero, friend, evil, title=HOSTILE, model=HOSTILE, language=HOSTILE, size=HOSTILE, bible=bible)
    page = page_of(manifest)
    assert [element.tag for element in page.elements] == [element.tag for element in harmless.elements]
    known = {name for element in harmless.elements for name in element.attributes}
    assert {name for element in page.elements for name in element.attributes} <= known
    assert page.text.count(HOSTILE) >= 4


@given(st.text(st.characters(codec=None), min_size=1, max_size=200))
def test_no_text_breaks_the_page_or_its_encoding(text: str) -> None:
    hero = drawn("character-01", character=text)
    page = page_of(book(hero, drawn("page-001", page_number=1, text=text, characters=(text,)), title=text))
    page.markup.encode("utf-8")
    assert len(page.all("article")) == 1
    assert len(page.all("script")) == 0


@pytest.mark.parametrize("steering", ["\u202e", "\u2066", "\x00", "\x1b", "\x85"])
def test_control_and_direction_characters_are_replaced(steering: str) -> None:
    markup = page_of(book(FIRST, title=f"A{steering}B")).markup
    assert steering not in markup
    assert "A\ufffdB" in markup


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("FA", "rtl"),
        ("az-Arab", "rtl"),
        ("ar-Latn", "ltr"),
        ("ja", "ltr"),
    ],
)
def test_the_page_has_the_storys_language_and_direction(language: str, direction: str) -> None:
    root = page_of(book(FIRST, language=language)).all("html")[0]
    assert root.attributes == {"lang": language, "dir": direction}


def test_labels_are_in_the_storys_language_if_supported() -> None:
    assert "Wer dir hier begegnet" in page_of(book(HERO, FIRST, language="de-CH")).text


def test_labels_for_an_unsupported_language_are_marked_as_english() -> None:
    heading = page_of(book(HERO, FIRST, language="he")).all("h2")[0]
    assert (heading.attributes["lang"], heading.attributes["dir"]) == ("en", "ltr")


def test_the_policy_permits_only_this_style_and_these_pictures() -> None:
    page = page_of(book(FIRST))
    assert page.policy == (
        f"default-src 'none'; img-src 'self' file:; style-src 'sha256-{page.style_digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.all("script") == []
    assert not any("style" in element.attributes for element in page.elements)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://books.example/a.png?x=1", "https://books.example"),
        ("http://127.0.0.1:4566/b/a.png", "http://127.0.0.1:4566"),
        ("data:image/png;base64,AAAA", "data:"),
        ("javascript:alert(1)", "'none'"),
    ],
)
def test_the_policy_permits_the_origins_of_the_pictures(address: str, place: str) -> None:
    markup = book_page(book(FIRST), link=lambda _key: address)
    assert f"img-src {place};" in Page(markup).policy


def test_empty_lines_separate_paragraphs() -> None:
    page = page_of(book(drawn("page-001", page_number=1, text="One.\r\n\r\nTwo,\nstill two.")))
    story = page.markup.split('<div class="story">')[1].split("</div>")[0]
    assert story == '<p dir="auto">One.</p><p dir="auto">Two,\nstill two.</p>'


def test_the_whole_book_has_one_text_size() -> None:
    short = page_of(book(FIRST, SECOND)).all("main")[0].attributes["class"]
    long = page_of(book(FIRST, drawn("page-002", page_number=2, text="x" * 700))).all("main")[0].attributes["class"]
    assert short == "landscape few"
    assert long == "landscape many"


def test_the_page_names_the_image_services_host() -> None:
    page = page_of(book(FIRST, image_service="images.example"))
    assert "1 of 1 pictures, drawn by gpt-image-2 (images.example)." in page.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "nothing was charged"), ("de", "skizziert"), ("fr", "esquissées"), ("es", "no se cobró nada")],
)
def test_a_sketched_book_claims_no_model(language: str, words: str) -> None:
    manifest = book(FIRST, language=language, image_service="127.0.0.1")
    page = Page(book_page(manifest, link=lambda key: key, sketched=True))
    assert words in page.text
    assert "gpt-image-2" not in page.markup
