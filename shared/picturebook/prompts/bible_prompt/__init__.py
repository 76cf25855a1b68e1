"""How a book's characters, style and colours are put into words: by a chat model, or from the story's own words.

Pure: what to ask, how to read the answer, and what holds without one. `use_cases/write_bible` asks and keeps.
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
