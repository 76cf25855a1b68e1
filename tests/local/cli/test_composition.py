from __future__ import annotations

from pathlib import Path

from local.cli import composition
from local.cli.composition import ImageWishes
from local.stack.environment import scrubbed
from local.stack.picturebook_stack import EmbeddedImageService, ImageApi
from tests.local.cli.stories import story_file


def test_a_key_that_lies_in_the_environment_is_taken_out_of_it() -> None:
    environment = {"OPENAI_API_KEY": "sk-real", "PATH": "/bin"}
    assert composition.take_key(environment) == "sk-real"
    assert environment == {"PATH": "/bin"}


def test_no_key_and_an_empty_key_are_the_same() -> None:
    assert composition.take_key({}) is None
    assert composition.take_key({"OPENAI_API_KEY": ""}) is None


def test_without_consent_pictures_are_drawn_here() -> None:
    images = composition.images_for(ImageWishes(delay_s=2.0, prerendered=True))
    assert images == EmbeddedImageService(delay_s=2.0, prerendered=True)


def test_with_consent_the_real_service_is_told_to_the_stack() -> None:
    images = composition.images_for(ImageWishes(), consented_key="sk-real")
    assert images == ImageApi(url="https://api.openai.com/v1", key="sk-real")
    assert composition.settings_for(images).images == images


def test_the_real_services_address_can_be_another() -> None:
    images = composition.images_for(ImageWishes(), consented_key="sk-real", real_api_url="http://127.0.0.1:9/v1")
    assert images == ImageApi(url="http://127.0.0.1:9/v1", key="sk-real")


def test_a_key_is_never_printed_with_the_settings() -> None:
    images = composition.images_for(ImageWishes(), consented_key="sk-real")
    assert "sk-real" not in repr(composition.settings_for(images))


def test_parts_of_the_stack_see_no_key() -> None:
    assert "OPENAI_API_KEY" not in scrubbed()


def test_the_default_models_are_the_templates() -> None:
    defaults = composition.default_parameters()
    assert (defaults["DefaultModel"], defaults["ChatModel"], defaults["ReplaceRetiringDays"]) == (
        "gpt-image-2",
        "gpt-5.4-mini",
        "30",
    )


def test_no_more_processes_are_started_than_a_story_has_pictures(tmp_path: Path) -> None:
    assert composition.processes_for(story_file(tmp_path).plan) == {
        "picturebook-plan-story": 1,
        "picturebook-draw-character": 1,
        "picturebook-draw-page": 2,
    }
