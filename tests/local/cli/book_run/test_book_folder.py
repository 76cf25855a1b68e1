from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import ClassVar, cast

import pytest

from local.cli.book_run.book_folder import fetch_book, outdated_pictures, picture_paths, prepare_folder
from local.cli.exit_status import BadInputError
from local.stack.cloud import LocalCloud
from picturebook.book.manifest import Manifest, ManifestPicture
from tests.book.books import FIRST, HERO, SECOND, book, drawn, finished, missing


class Bucket:
    """A cloud whose bucket holds one book."""

    outputs: ClassVar = {"BucketName": "bucket"}

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def client(self, _service: str) -> Bucket:
        return self

    def get_object(self, **named: str) -> dict[str, BytesIO]:
        assert named["Bucket"] == "bucket"
        is_manifest = named["Key"] == "books/tale/manifest.json"
        return {"Body": BytesIO(self._manifest.model_dump_json().encode() if is_manifest else named["Key"].encode())}


def names_of(*characters: str) -> list[str]:
    pictures = [drawn(f"character-{n:02d}", character=name) for n, name in enumerate(characters, start=1)]
    return [Path(path).name for path in picture_paths(book(*pictures)).values()]


def test_characters_have_their_names_in_letters_that_every_file_system_takes() -> None:
    assert names_of("Maren", "Fürchtegott", "Mister Oswin") == [
        "character-maren.png",
        "character-furchtegott.png",
        "character-mister-oswin.png",
    ]


def test_a_name_without_usable_letters_gives_the_pictures_id() -> None:
    assert names_of("李娜", "🦊") == ["character-01.png", "character-02.png"]


def test_two_names_that_fold_to_one_get_files_of_their_own() -> None:
    assert names_of("Zoë", "Zoe") == ["character-zoe.png", "character-zoe-character-02.png"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "C:\\x", "con", "x" * 300, ".hidden", "-rf"])
def test_no_name_leaves_the_folder(name: str) -> None:
    [found] = names_of(name)
    assert "/" not in found
    assert "\\" not in found
    assert found.startswith("character-")
    assert len(found) < 64


def test_pages_sort_by_number() -> None:
    pages = [drawn(f"page-{n:03d}", page_number=n, text="x") for n in (1, 12, 300)]
    assert [Path(p).name for p in picture_paths(book(*pages)).values()] == [
        "page-001.png",
        "page-012.png",
        "page-300.png",
    ]


def test_a_missing_picture_has_no_path() -> None:
    lost = missing("page-002", page_number=2, text="x", reason="not_begun")
    assert list(picture_paths(book(FIRST, lost)).values()) == ["pictures/page-01.png"]


def test_the_type_of_the_stored_picture_is_kept() -> None:
    page = drawn("page-001", page_number=1, text="x", key="images/tale/page-001.webp")
    assert list(picture_paths(book(page)).values()) == ["pictures/page-01.webp"]


def test_each_view_of_a_character_has_a_file_of_its_own() -> None:
    views = {"character-01": "full figure", "character-01-portrait": "portrait", "character-01-view-3": "from behind!"}
    pictures = [drawn(picture_id, character="Maren", view=view) for picture_id, view in views.items()]
    assert [Path(path).name for path in picture_paths(book(*pictures)).values()] == [
        "character-maren.png",
        "character-maren-portrait.png",
        "character-maren-from-behind.png",
    ]


def test_web_versions_of_a_picture_are_in_their_own_folder_under_the_same_name() -> None:
    page = finished("page-001", page_number=1, text="x")
    assert list(picture_paths(book(page)).values()) == [
        "pictures/page-01.png",
        "web/page-01.webp",
        "web/page-01.thumbnail.webp",
    ]


def test_no_two_files_share_a_path_for_any_names() -> None:
    names = ("Zoë", "Zoe", "Zoe character 02", "Zoe thumbnail", "01", "李娜", "02")
    pictures = [finished(f"character-{number:02d}", character=name) for number, name in enumerate(names, start=1)]
    paths = picture_paths(book(*pictures))
    assert len(paths) == len(set(paths.values())) == 3 * len(names)


def folder_of(folder: Path, *pictures: ManifestPicture, **about: str) -> Path:
    """A folder with a book of the pictures in it, and two files that the program did not write."""
    earlier = book(*pictures, **about)
    prepare_folder(folder)
    (folder / "manifest.json").write_text(earlier.model_dump_json())
    for path in (*picture_paths(earlier).values(), "pictures/holiday.png", "web/holiday.webp"):
        if ".." not in path:
            (folder / path).touch()
    return folder


def test_only_pictures_that_a_smaller_revision_no_longer_has_are_outdated(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, HERO, FIRST, SECOND)
    assert outdated_pictures(folder, book(HERO, FIRST)) == [folder / "pictures" / "page-02.png"]


def test_the_pictures_of_another_story_in_the_folder_are_kept(tmp_path: Path) -> None:
    assert outdated_pictures(folder_of(tmp_path, HERO, SECOND, story_id="other"), book(HERO)) == []


def test_an_edited_manifest_deletes_no_file_outside_the_folder(tmp_path: Path) -> None:
    evil = drawn("../../evil", character="李")
    assert [Path(path).name for path in picture_paths(book(evil)).values()] == ["evil.png"]
    assert outdated_pictures(folder_of(tmp_path, HERO, evil), book(HERO)) == []


@pytest.mark.parametrize("content", ["", "[]", '{"story_id": "tale"}', "\0"])
def test_a_file_that_is_no_manifest_names_no_pictures(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    assert outdated_pictures(tmp_path, book(HERO)) == []


def test_fetching_a_smaller_revision_deletes_the_pictures_that_it_no_longer_has(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, HERO, FIRST, SECOND)
    cloud = cast("LocalCloud", Bucket(book(HERO, FIRST)))  # has only the methods that fetch_book calls
    fetch_book(cloud, "tale", folder, sketched=True)
    names = sorted(path.name for path in (folder / "pictures").iterdir())
    assert names == ["character-maren.png", "holiday.png", "page-01.png"]
    assert "sketched on this machine" in (folder / "index.html").read_text()
    assert "Production view" in (folder / "production.html").read_text()


def test_a_fetched_book_has_every_file_that_its_pages_name(tmp_path: Path) -> None:
    views = [
        finished("character-01", character="Maren"),
        finished("character-01-portrait", character="Maren", view="portrait"),
    ]
    manifest = book(*views, finished("page-001", page_number=1, text="x"), SECOND)
    fetch_book(cast("LocalCloud", Bucket(manifest)), "tale", prepare_folder(tmp_path), sketched=False)
    for key, path in picture_paths(manifest).items():
        assert (tmp_path / path).read_text() == key
    for name in ("index.html", "production.html"):
        markup = (tmp_path / name).read_text()
        named = set(re.findall(r'(?:src|href)="([^"#]+)"', markup)) | set(re.findall(r"([^\s\",]+) \d+w", markup))
        assert len(named) > 4
        assert all((tmp_path / path).is_file() for path in named)


def test_fetching_a_smaller_revision_deletes_the_web_versions_too(tmp_path: Path) -> None:
    pages = [finished(f"page-{number:03d}", page_number=number, text="x") for number in (1, 2)]
    folder = folder_of(tmp_path, *pages)
    fetch_book(cast("LocalCloud", Bucket(book(pages[0]))), "tale", folder, sketched=True)
    names = sorted(path.name for path in (folder / "web").iterdir())
    assert names == ["holiday.webp", "page-01.thumbnail.webp", "page-01.webp"]


def test_a_folder_is_made_and_left_clean(tmp_path: Path) -> None:
    folder = prepare_folder(tmp_path / "deep" / "book")
    assert sorted(path.name for path in folder.rglob("*")) == ["pictures", "web"]


def test_a_file_with_the_name_of_the_folder_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    in_the_way = tmp_path / "book"
    in_the_way.write_text("a note")
    with pytest.raises(BadInputError, match="cannot hold the book"):
        prepare_folder(in_the_way)
    assert in_the_way.read_text() == "a note"
