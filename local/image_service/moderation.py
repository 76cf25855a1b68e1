"""The provider's safety system, reduced to a list of refused words."""

from typing import Any

from local.image_service.api_errors import missing_parameter, wrong_type

TEXT_ONLY = (
    *("harassment", "harassment/threatening", "hate", "hate/threatening"),
    *("illicit", "illicit/violent", "sexual/minors"),
)
TEXT_AND_IMAGE = (
    *("self-harm", "self-harm/instructions", "self-harm/intent"),
    *("sexual", "violence", "violence/graphic"),
)
FLAGGED_CATEGORY = "violence"


def checked_input(given: Any) -> str | list[Any]:
    """Return the input of a moderation request.

    Raises `ApiError` unless it is a text, a list of texts, or a list of text and image parts.
    """
    if given is None or given in ("", []):
        raise missing_parameter("input")
    if isinstance(given, str):
        return given
    if isinstance(given, list) and (all(map(_is_text, given)) or all(map(_is_part, given))):
        return given
    raise wrong_type("input", "a string, an array of strings, or an array of typed parts")


def _is_text(part: Any) -> bool:
    return isinstance(part, str)


def _is_part(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") in ("text", "image_url")


class Moderator:
    """Refuses every text that contains one of its words, in upper or lower case."""

    def __init__(self, refused_words: tuple[str, ...]) -> None:
        """Refuse texts that contain any of `refused_words`."""
        self._words = tuple(word.casefold() for word in refused_words)

    def refuses(self, text: str) -> bool:
        """Return whether the text contains a refused word."""
        folded = text.casefold()
        return any(word in folded for word in self._words)

    def judge(self, given: Any) -> list[dict[str, Any]]:
        """Return one result per input: a string, a list of strings, or a list of text and image parts.

        Parts of one multimodal list are judged together, as the provider does; images pass.
        """
        if isinstance(given, str):
            return [_result(flagged=self.refuses(given))]
        if all(isinstance(part, str) for part in given):
            return [_result(flagged=self.refuses(part)) for part in given]
        texts = [str(part.get("text", "")) for part in given if isinstance(part, dict)]
        return [_result(flagged=self.refuses("\n".join(texts)))]


def _result(*, flagged: bool) -> dict[str, Any]:
    categories = (*TEXT_ONLY, *TEXT_AND_IMAGE)
    hit = {name: flagged and name == FLAGGED_CATEGORY for name in categories}
    return {
        "flagged": flagged,
        "categories": hit,
        "category_scores": {name: 0.97 if hit[name] else 0.0001 for name in categories},
        "category_applied_input_types": {
            **{name: ["text"] for name in TEXT_ONLY},
            **{name: ["text"] for name in TEXT_AND_IMAGE},
        },
    }
