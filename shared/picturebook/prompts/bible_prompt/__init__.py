"""Describes a book's characters, style and colours: by a chat model, or from the story's own text.

Pure: the request, the parsing of the answer, and the fallback without one. `text_generation/bible.py` calls the chat
model and stores the result.
"""

from picturebook.prompts.bible_prompt.answer import BibleAnswer, longest_appearance, longest_style, read_bible
from picturebook.prompts.bible_prompt.fallback import BookStyle, fallback_appearance, fallback_palette, fallback_style
from picturebook.prompts.bible_prompt.request import INSTRUCTIONS_VERSION, bible_request

__all__ = [
    "INSTRUCTIONS_VERSION",
    "BibleAnswer",
    "BookStyle",
    "bible_request",
    "fallback_appearance",
    "fallback_palette",
    "fallback_style",
    "longest_appearance",
    "longest_style",
    "read_bible",
]
