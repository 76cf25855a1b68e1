import json
from pathlib import Path
from typing import Any

import pytest

from infra.bundle import Bundle
from infra.functions import FUNCTIONS, LAYER_ASSET, function_asset
from local.stack.part import PartDidNotStartError
from local.stack.picturebook_stack import (
    EmbeddedImageService,
    ImageApi,
    PicturebookStack,
    StackSettings,
    packages_of,
    running_stack,
)
from tests.local.stack.tiny_stack import write_layer, write_package

# Returns the settings that it was deployed with, in place of the real functions, which have tests of their own.
HANDLER = """
import os
import tiny_layer
import boto3

def lambda_handler(event, context):
    if not event:
        return None
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["PICTUREBOOK_API_KEY_SECRET"])
    return {"url": os.environ["PICTUREBOOK_IMAGE_API_URL"], "key": secret["SecretString"],
            "model": os.environ["PICTUREBOOK_DEFAULT_MODEL"]}
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    layer = write_layer(tmp_path / "layer")
    functions = {name: write_package(tmp_path / name, {"handler.py": HANDLER}) for name in FUNCTIONS}
    zips = {function_asset(name): package.zip for name, package in functions.items()}
    return Bundle(
        target="local",
        layer=layer.folder,
        functions={name: package.folder for name, package in functions.items()},
        zips={LAYER_ASSET: layer.zip, **zips},
        digests={},
        bytecode=None,
        unzipped_bytes=0,
        made=(),
    )


@pytest.fixture
def settings(state_dir: Path) -> StackSettings:
    one_each = {f"picturebook-{name.replace('_', '-')}": 1 for name in FUNCTIONS}
    return StackSettings(processes=one_each, state_dir=state_dir, default_model="gpt-image-2.6-flare")


def _settings_of_draw_page(stack: PicturebookStack) -> dict[str, Any]:
    answer = stack.cloud.client("lambda").invoke(FunctionName="picturebook-draw-page", Payload=b'{"describe": true}')
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    return found


def test_every_package_has_the_folder_of_its_content(bundle: Bundle) -> None:
    packages = packages_of(bundle)
    assert set(packages) == {LAYER_ASSET, *map(function_asset, FUNCTIONS)}
    assert packages["layer.zip"].folder == bundle.layer
    assert packages["draw_page.zip"].folder == bundle.functions["draw_page"]


@pytest.mark.stack
def test_the_kept_template_runs_with_the_address_and_key_of_the_image_service(
    bundle: Bundle, settings: StackSettings
) -> None:
    reports: list[str] = []
    with running_stack(bundle, settings, report=reports.append) as stack:
        found = _settings_of_draw_page(stack)
    assert found == {"url": stack.image_api.url, "key": stack.image_api.key, "model": "gpt-image-2.6-flare"}
    assert stack.image_api.url.startswith("http://127.0.0.1:")
    assert [line.split()[0] for line in reports] == ["Preparing", "Starting", "Deploying", "Warming"]


@pytest.mark.stack
def test_a_part_that_does_not_start_ends_the_others_and_names_itself(bundle: Bundle, tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    broken = StackSettings(images=EmbeddedImageService(arguments=("--no-such-option",)), state_dir=state_dir)
    message = r"The image service did not start: it ended[^$]*--no-such-option"
    with pytest.raises(PartDidNotStartError, match=message), running_stack(bundle, broken):
        pass
    assert [left.name for left in state_dir.iterdir()] == ["environment"]


def test_the_key_of_a_real_service_is_not_shown() -> None:
    assert "sk-secret" not in repr(StackSettings(images=ImageApi("https://api.openai.com/v1", "sk-secret")))
