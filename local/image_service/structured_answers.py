"""The chat models' structured answers: JSON of the requested schema with plausible text for a picture book.

A real model would invent. This one describes only traits of a character that the drawings do not show (bearing,
proportions), so that its text does not change the drawings, and describes a page by the page's own text. Equal messages
get equal answers.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from sketch_artist import COLOUR_WORDS

FACES = ("a softly rounded chin", "a broad, open brow", "a narrow chin", "round cheeks", "a high, smooth brow")
GAZES = ("a steady, friendly gaze", "an attentive gaze", "an eager, upward gaze", "a calm and patient gaze")
BUILDS = ("a slender build with long limbs", "a sturdy build with short limbs", "a compact, even build")
BEARINGS = ("stands very straight", "leans slightly forward", "stands with the weight on one side", "keeps still")
STYLES = (
    "thin layers, soft edges, the grain of the paper left visible",
    "a steady outline of even weight, calm surfaces, gentle grain",
    "loose brushwork, rounded shapes, plenty of untouched paper",
)
MORE_COLOURS = ("warm cream", "soft grey", "muted blue", "pale gold")
MOST_COLOURS = 6
LONGEST_ALT = 240


def answer_by_schema(schema: Mapping[str, Any], message: str) -> str:
    """Return JSON text that is valid under the schema, about the user message (JSON or plain text)."""
    try:
        data = json.loads(message)
    except ValueError:
        data = None
    return json.dumps(_value(schema, data if isinstance(data, dict) else {}, message, name=""), ensure_ascii=False)


def _value(schema: Mapping[str, Any], data: Mapping[str, Any], message: str, *, name: str) -> Any:
    """Return a value that is valid under the schema: text for a property in `_KNOWN`, else the smallest value."""
    known = _KNOWN.get(name)
    if known is not None:
        return known(data)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], data, message, name="")
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    if kind == "object":
        return {part: _value(inner, data, message, name=part) for part, inner in schema["properties"].items()}
    if kind == "array":
        return [_value(schema["items"], data, message, name="") for _ in range(schema.get("minItems", 0))]
    least = schema.get("minimum", 0)
    return {"string": " ".join(message.split())[:80], "integer": int(least), "number": least, "boolean": False}.get(
        kind
    )


def _characters(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    asked = data.get("characters")
    return [
        {"number": one.get("number"), "details": _details(one)} for one in (asked if isinstance(asked, list) else ())
    ]


def _details(character: Mapping[str, Any]) -> str:
    return ", ".join(_pick(character, choices) for choices in (FACES, GAZES, BUILDS, BEARINGS))


def _style_details(data: Mapping[str, Any]) -> str:
    return _pick(data.get("style"), STYLES)


def _palette(data: Mapping[str, Any]) -> list[str]:
    words = re.findall(r"[a-z]+", json.dumps(data, ensure_ascii=False).lower())
    named = [word for word in words if word in COLOUR_WORDS]
    return list(dict.fromkeys((*named[:MOST_COLOURS], *MORE_COLOURS)))[:MOST_COLOURS]


def _alt_text(data: Mapping[str, Any]) -> str:
    words = " ".join(str(data.get("scene") or data.get("page_text") or "").split())
    sentence = re.split(r"(?<=[.!?])\s", words)[0]
    people = data.get("characters")
    names = [str(one.get("name")) for one in (people if isinstance(people, list) else ())]
    unsaid = [name for name in names if name not in sentence]
    said = f"{sentence.rstrip('.!?')} ({', '.join(unsaid)})." if unsaid else sentence
    return said if len(said) <= LONGEST_ALT else f"{said[:LONGEST_ALT].rpartition(' ')[0]}…"


def _pick(about: object, choices: tuple[str, ...]) -> str:
    digest = hashlib.sha256(json.dumps([about, choices[0]], sort_keys=True).encode()).digest()
    return choices[digest[0] % len(choices)]


_KNOWN: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "characters": _characters,
    "style_details": _style_details,
    "palette": _palette,
    "alt_text": _alt_text,
}
