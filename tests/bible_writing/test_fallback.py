from __future__ import annotations

from picturebook.models.story import Character
from picturebook.prompts.bible_prompt import fallback_appearance, fallback_palette, fallback_style
from tests.fakes.stories import story


def character(*traits: str, name: str = "Mira", description: str | None = None) -> Character:
    return Character(name=name, traits=traits, description=description)


def test_the_storys_own_description_is_the_look() -> None:
    look = fallback_appearance(character("a girl", description="A girl in a red coat."))

    assert (look.description, look.source) == ("A girl in a red coat.", "story")


def test_without_a_description_the_traits_are_the_look_in_their_order() -> None:
    look = fallback_appearance(character("a small  girl", "curly\nhair"))

    assert (look.description, look.source) == ("a small girl, curly hair", "traits")


def test_as_many_traits_as_a_story_may_give_are_a_look() -> None:
    look = fallback_appearance(character(*["x" * 500] * 20))

    assert len(look.description) == 20 * 500 + 19 * 2


def test_the_palette_is_the_colours_that_are_named_each_once_in_order() -> None:
    cast = [character("Red hair", "a yellow raincoat"), character("a dark-blue owl", "red feet", name="Tock")]

    assert fallback_palette(cast, "watercolour in warm grey and yellow") == ("red", "yellow", "dark blue", "warm grey")


def test_a_colour_within_another_word_is_none() -> None:
    assert fallback_palette([character("a tired bandit", "credit cards", "greenhouse keeper")], "layered tango") == ()


def test_another_language_names_no_colours() -> None:
    assert fallback_palette([character("ein rotes Kleid", "blaue Augen")], "weiches Aquarell") == ()


def test_the_palette_ends_at_eight() -> None:
    colours = "red orange yellow green blue purple pink brown black white"

    assert len(fallback_style(story(style=colours)).palette) == 8
