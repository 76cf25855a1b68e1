from __future__ import annotations

from pathlib import Path

from local.cli import stack_setup
from local.cli.api_key import take_key
from local.cli.stack_setup import LocalImageOptions
from local.cli.stack_template import default_parameters
from local.stack.environment import scrubbed
from local.stack.picturebook_stack import EmbeddedImageService, ImageApi
from tests.local.cli.stories import story_file


def test_a_key_is_removed_from_the_environment() -> None:
    environment = {"OPENAI_API_KEY": "sk-real", "PATH": "/bin"}
    assert take_key(environment) == "sk-real"
    assert environment == {"PATH": "/bin"}


def test_no_key_and_an_empty_key_are_the_same() -> None:
    assert take_key({}) is None
    assert take_key({"OPENAI_API_KEY": ""}) is None


def test_without_consent_the_local_image_service_draws() -> None:
    images = stack_setup.images_for(LocalImageOptions(delay_s=2.0, prerendered=True))
    assert images == EmbeddedImageService(delay_s=2.0, prerendered=True)


def test_with_consent_the_stack_uses_the_real_image_service() -> None:
    images = stack_setup.images_for(LocalImageOptions(), consented_key="sk-real")
    assert images == ImageApi(url="https://api.openai.com/v1", key="sk-real")
    assert stack_setup.settings_for(images).images == images


def test_the_address_of_the_real_service_can_be_changed() -> None:
    images = stack_setup.images_for(LocalImageOptions(), consented_key="sk-real", real_api_url="http://127.0.0.1:9/v1")
    assert images == ImageApi(url="http://127.0.0.1:9/v1", key="sk-real")


def test_a_key_is_never_printed_with_the_settings() -> None:
    images = stack_setup.images_for(LocalImageOptions(), consented_key="sk-real")
    assert "sk-real" not in repr(stack_setup.settings_for(images))


def test_the_processes_of_the_stack_get_no_key() -> None:
    assert "OPENAI_API_KEY" not in scrubbed()


def test_the_default_models_are_the_templates() -> None:
    defaults = default_parameters()
    assert (defaults["DefaultModel"], defaults["ChatModel"], defaults["ReplaceRetiringDays"]) == (
        "gpt-image-2",
        "gpt-5.4-mini",
        "30",
    )


def test_no_more_processes_are_started_than_a_story_has_pictures(tmp_path: Path) -> None:
    assert stack_setup.processes_for(story_file(tmp_path).plan) == {
        "picturebook-plan-story": 1,
        "picturebook-draw-character": 1,
        "picturebook-draw-page": 2,
    }
