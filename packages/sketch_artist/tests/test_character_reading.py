from sketch_artist.colours import NAMED_COLOURS
from sketch_artist.prompt.character_reading import read_characters


def test_a_list_of_described_characters_is_read_in_its_order() -> None:
    mira, tock = read_characters(
        "Characters on this page:\n"
        "- Mira: a small girl with curly red hair, a yellow raincoat and green boots\n"
        "- Tock: a brass clockwork owl with glasses\n"
        "<<<STORY\nPage text: They met a bear: it was kind.\nSTORY>>>"
    )
    assert (mira.name, mira.species, mira.size, mira.hair_style) == ("Mira", "girl", "small", "curly")
    assert mira.colours["outfit"] == NAMED_COLOURS["yellow"]
    assert mira.colours["boots"] == NAMED_COLOURS["green"]
    assert mira.outfit_kind == "coat"
    assert (tock.species, tock.glasses, tock.colours["coat"]) == ("owl", True, NAMED_COLOURS["brass"])


def test_characters_of_one_line_are_read_as_well() -> None:
    names = [
        brief.name for brief in read_characters("Characters: Mira: a girl in red. Old Bram: a bear.\nScene: a wood")
    ]
    assert names == ["Mira", "Old Bram"]


def test_plain_mentions_are_characters_when_none_is_described() -> None:
    fox, man = read_characters("A brave fox with a green scarf helps a very old man in the snow")
    assert (fox.species, fox.scarf, fox.colours["accent"]) == ("fox", True, NAMED_COLOURS["green"])
    assert man.species == "grandfather"


def test_a_landscape_has_no_characters() -> None:
    assert read_characters("A quiet harbour at dawn") == []
