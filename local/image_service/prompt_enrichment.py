"""The chat models' plain text answer: the last user message as an enriched visual description.

A real model would invent details. This one adds sentences about light, depth and mood, chosen by the hash of the
message, so equal messages get equal answers.
"""

import hashlib

LIGHT = (
    "Warm late-afternoon light falls from the left and leaves soft shadows.",
    "A clear morning light makes every colour fresh.",
    "Soft, diffuse light lets the colours glow gently.",
    "Golden light rims the figures and the edges of things.",
)
DEPTH = (
    "The foreground is framed by leaves, the middle holds the figures, pale layers fade into the distance.",
    "Overlapping layers, like cut paper, lead the eye from the near ground to a far horizon.",
    "The figures stand large and low in the picture, with calm space above them.",
)
MOOD = (
    "The mood is curious and kind.",
    "The mood is cheerful, with a hint of adventure.",
    "The mood is quiet and full of wonder.",
)


def enrich(message: str) -> str:
    """Return the message followed by sentences about light, depth and mood."""
    digest = hashlib.sha256(message.encode()).digest()
    staging = [choices[digest[i] % len(choices)] for i, choices in enumerate((LIGHT, DEPTH, MOOD))]
    return " ".join([_as_sentence(message), *staging])


def _as_sentence(message: str) -> str:
    text = " ".join(message.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def last_user_message(messages: object) -> str:
    """Return the text of the last user message of a chat request, or of a responses `input`.

    Accepts a plain string, or messages whose content is a string or a list of parts with `text`.
    """
    if isinstance(messages, str):
        return messages
    if not isinstance(messages, list):
        return ""
    for message in reversed(messages):
        if isinstance(message, dict) and message.get("role", "user") == "user":
            return _content_text(message.get("content", ""))
    return ""


def _content_text(content: object) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(str(part["text"]) for part in content if isinstance(part, dict) and "text" in part)
