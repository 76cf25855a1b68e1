"""Parses a page as a browser would."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import re
from dataclasses import dataclass, field

HOSTILE = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;${title}$$"
_WITHOUT_END = frozenset({"br", "img", "input", "meta"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(html.parser.HTMLParser):
    """The elements in order, each with its text, and all text outside of the style sheet."""

    markup: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.markup)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute stands twice in {attrs}"
        self.elements.append(element)
        if tag not in _WITHOUT_END:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].tag == "style":
            return
        self.text += data
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a tag whose attributes have these values; `class_` is a class among several."""
        return [element for element in self.elements if element.tag == tag and _has(element, attributes)]

    def one(self, tag: str, **attributes: str) -> Element:
        [found] = self.all(tag, **attributes)
        return found

    @property
    def policy(self) -> str:
        return next(meta.attributes["content"] for meta in self.all("meta") if "http-equiv" in meta.attributes)

    @property
    def style_digest(self) -> str:
        style = re.search("<style>(.*)</style>", self.markup, re.DOTALL)
        assert style is not None
        return base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()


def _has(element: Element, attributes: dict[str, str]) -> bool:
    wanted = dict(attributes)
    class_ = wanted.pop("class_", None)
    has_class = class_ is None or class_ in element.attributes.get("class", "").split()
    return has_class and all(element.attributes.get(name) == value for name, value in wanted.items())
