from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from picturebook.catalogue.json_places import Path, Place, places

TEXT = """{
  "a": 1, "b": [
    {"c": "x, \\"]}", "d\\u00e9": null},
    -1.5e3,
    []
  ],

  "e"
  : { } , "a": [true]
}
"""

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_every_key_and_item_has_its_line_and_a_key_that_is_there_twice_has_two() -> None:
    assert places(TEXT) == [
        Place(("a",), 2),
        Place(("b",), 2),
        Place(("b", 0), 3),
        Place(("b", 0, "c"), 3),
        Place(("b", 0, "dé"), 3),
        Place(("b", 1), 4),
        Place(("b", 2), 5),
        Place(("e",), 8),
        Place(("a",), 9),
        Place(("a", 0), 9),
    ]


def paths(value: object, so_far: Path = ()) -> list[Path]:
    found: list[Path] = []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        found += [(*so_far, key), *paths(inner, (*so_far, key))]
    return found


@given(VALUES, st.sampled_from([None, 0, 1, "\t"]))
def test_nothing_is_missed_and_nothing_made_up(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    found = places(text)
    assert [place.path for place in found] == paths(value)
    if indent is not None:
        # One line each, in order, so that no two share one and none goes back.
        assert [place.line for place in found] == sorted({place.line for place in found})
