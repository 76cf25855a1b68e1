import pytest

from sketch_artist.prompt.scene_reading import read_scene


@pytest.mark.parametrize(
    ("words", "place", "time", "weather"),
    [
        ("They walk through the forest at midnight", "forest", "night", "clear"),
        ("A snowy village in the evening", "village", "sunset", "snow"),
        ("The boat sails out of the harbour at dawn", "sea", "dawn", "clear"),
        ("Rain falls on the market square", "town", "day", "rain"),
        ("A cosy kitchen", "room", "day", "clear"),
        ("Something else entirely", "meadow", "day", "clear"),
    ],
)
def test_words_decide_place_time_and_weather(words: str, place: str, time: str, weather: str) -> None:
    scene = read_scene(words, has_references=False)
    assert (scene.place, scene.time, scene.weather) == (place, time, weather)


def test_the_staging_counts_more_than_the_text_and_descriptions_do_not_count() -> None:
    scene = read_scene(
        "- Finn: a boy from the castle by the sea\nThe picture shows: a desert\nPage text: they spoke of the forest",
        has_references=False,
    )
    assert scene.place == "desert"


def test_a_sheet_is_asked_for_in_words_and_with_references_only_as_a_further_view() -> None:
    assert read_scene("Character sheet: a full figure", has_references=False).sheet
    assert not read_scene("Character sheet: a full figure", has_references=True).sheet
    view = "Reference picture of one character. Show this character alone: portrait of head and shoulders."
    for has_references in (False, True):
        assert read_scene(view, has_references=has_references).portrait
    assert not read_scene("Page text: she drew a full figure", has_references=False).sheet


def test_named_things_stand_in_the_scene() -> None:
    assert {"lantern", "kite"} <= set(read_scene("a lantern and a kite", has_references=False).props)
