"""Keeps pages safe and readable with any text: escaping, content security policy, direction. Pure.

A story's text may be hostile: it reaches the markup only through `safe_text`. Knows nothing of books.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from string import Template
from urllib.parse import urlsplit

Link = Callable[[str], str]

# Scripts that are written from right to left, and the languages that use them unless their tag names another script.
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
)
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def safe_text(text: str) -> str:
    """Return text that is safe as content and in a quoted attribute, without control and direction characters."""
    return html.escape(_UNSHOWABLE.sub("\ufffd", text), quote=True)


def direction(language: str) -> str:
    """Return `rtl` or `ltr` for a language tag."""
    primary, *rest = language.lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT_LANGUAGES else "ltr"


def in_language(language: str) -> str:
    """Return the attributes for the language of an element's text, with a leading space."""
    return f' lang="{safe_text(language)}" dir="{direction(language)}"'


def bar(share: float) -> str:
    """Return a bar of which `share`, from 0 to 1, is filled. It only illustrates a number next to it."""
    filled = f"{100 * min(max(share, 0), 1):.1f}"
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="100" height="8"/><rect class="filled" width="{filled}" height="8"/></svg>'
    )


def safe_address(address: str) -> str | None:
    """Return an address for a quoted attribute, or None for one that is not relative, `https:`, `http:` or `data:`."""
    return safe_text(address) if _place(address) else None


def security_policy(style: str, addresses: Iterable[str]) -> str:
    """Return a content security policy that permits only this style sheet and the origins of these pictures."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    places = sorted({_place(address) for address in addresses} - {""}) or ["'none'"]
    images = " ".join(places)
    return f"default-src 'none'; img-src {images}; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _place(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "data":
        return "data:"
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    # A page that is opened from disk has no origin; browsers match its pictures with `file:`.
    return "'self' file:" if not parts.scheme else ""


@functools.cache
def template(name: str) -> Template:
    """Return a file of the package as a template."""
    return Template(packaged_file(name))


@functools.cache
def packaged_file(name: str) -> str:
    """Return a text file of the package."""
    return files("picturebook.book.pages").joinpath(name).read_text("utf-8")
