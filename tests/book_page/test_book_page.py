from __future__ import annotations

import base64
import hashlib
import html.parser
import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picturebook.book_page import book_page
from picturebook.manifest import Manifest
from tests.book_page.books import FIRST, HERO, SECOND, book, drawn, missing

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;${title}$$"


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]


@dataclass
class Page(html.parser.HTMLParser):
    """What a browser would see: elements in order, and the text outside of the style sheet."""

    markup: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._in_style = False
        self.feed(self.markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._in_style else data

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]


def page_of(manifest: Manifest) -> Page:
    return Page(book_page(manifest, link=lambda key: f"../../{key}"))


def policy_of(page: Page) -> str:
    return next(meta.attributes["content"] for meta in page.all("meta") if "http-equiv" in meta.attributes)


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


def test_the_cover_shows_the_page_on_which_most_of_the_cast_is() -> None:
    crowded = drawn("page-003", page_number=3, text="All.", characters=("Maren", "Bramble"))
    cover = page_of(book(HERO, SECOND, FIRST, crowded)).all("img")[0]
    assert cover.attributes["src"].endswith("page-003.png")


def test_a_missing_picture_is_a_calm_place_with_the_reason_in_words() -> None:
    lost = missing("page-001", page_number=1, text="Maren walks.", reason="refused_by_moderation")
    page = page_of(book(lost, SECOND))
    assert "This picture is still missing" in page.text
    assert "safety check refused" in page.text
    assert "refused_by_moderation" not in page.markup


def test_a_missing_picture_of_an_unknown_reason_says_what_was_explained() -> None:
    lost = missing("page-001", page_number=1, text="x", reason="new_reason", explanation="The <moon> was out.")
    assert "The <moon> was out." in page_of(book(lost)).text


def test_a_book_without_any_picture_is_still_a_book() -> None:
    lost = missing("page-001", page_number=1, text="Maren walks.", reason="provider_unavailable")
    page = page_of(book(lost, ending="StoryFailed"))
    assert page.all("img") == []
    assert "img-src 'none'" in policy_of(page)
    assert "Maren walks." in page.text


def test_hostile_words_stay_words_wherever_they_stand() -> None:
    evil = drawn("page-001", page_number=1, text=HOSTILE, characters=(HOSTILE,))
    hero = drawn("character-01", character=HOSTILE)
    harmless = page_of(book(HERO, FIRST))
    page = page_of(book(hero, evil, title=HOSTILE, model=HOSTILE, language=HOSTILE, size=HOSTILE))
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
def test_characters_that_steer_their_neighbours_are_replaced(steering: str) -> None:
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


def test_words_of_ours_are_in_the_storys_language_where_we_have_it() -> None:
    assert "Wer dir hier begegnet" in page_of(book(HERO, FIRST, language="de-CH")).text


def test_words_of_ours_in_another_language_are_marked_as_english() -> None:
    heading = page_of(book(HERO, FIRST, language="he")).all("h2")[0]
    assert (heading.attributes["lang"], heading.attributes["dir"]) == ("en", "ltr")


def test_the_policy_allows_this_style_and_these_pictures_only() -> None:
    page = page_of(book(FIRST))
    style = re.search("<style>(.*)</style>", page.markup, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy_of(page) == (
        f"default-src 'none'; img-src 'self' file:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
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
def test_the_policy_lets_in_the_places_of_the_pictures(address: str, place: str) -> None:
    markup = book_page(book(FIRST), link=lambda _key: address)
    assert f"img-src {place};" in policy_of(Page(markup))


def test_empty_lines_separate_paragraphs() -> None:
    page = page_of(book(drawn("page-001", page_number=1, text="One.\r\n\r\nTwo,\nstill two.")))
    story = page.markup.split('<div class="story">')[1].split("</div>")[0]
    assert story == '<p dir="auto">One.</p><p dir="auto">Two,\nstill two.</p>'


def test_one_size_of_type_serves_the_whole_book() -> None:
    short = page_of(book(FIRST, SECOND)).all("main")[0].attributes["class"]
    long = page_of(book(FIRST, drawn("page-002", page_number=2, text="x" * 700))).all("main")[0].attributes["class"]
    assert short == "landscape few"
    assert long == "landscape many"


def test_the_page_says_at_which_address_the_model_drew() -> None:
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
