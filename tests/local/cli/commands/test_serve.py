from __future__ import annotations

from pathlib import Path

from local.cli.commands.serve import instructions
from local.stack.cloud import LocalCloud
from local.stack.part import Part

OUTPUTS = {
    "BucketName": "the-bucket",
    "EventBusName": "picturebook",
    "StoryQueueUrl": "http://127.0.0.1:4566/000000000000/picturebook-story",
}


def pasted(folder: Path) -> str:
    # Has only what the instructions need. Another test runs a real cloud.
    return instructions(LocalCloud("http://127.0.0.1:4566", OUTPUTS, part=Part("MiniStack", folder, guard=None)))  # type: ignore[arg-type]


def test_the_subscription_comes_before_the_upload_so_that_no_event_is_missed(tmp_path: Path) -> None:
    steps = ("sqs create-queue", "events put-rule", "events put-targets", "s3 cp", "sqs receive-message", "s3 sync")
    text = pasted(tmp_path)
    assert sorted(steps, key=text.index) == list(steps)


def test_the_commands_name_this_clouds_address_and_resources(tmp_path: Path) -> None:
    text = pasted(tmp_path)
    assert (
        "aws --endpoint-url http://127.0.0.1:4566 s3 cp events/stories/snow-on-quill-street.json s3://the-bucket/"
        in text
    )
    assert "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1" in text
    assert '--event-pattern \'{"source":["picturebook"]}\'' in text
    assert "--wait-time-seconds 5 \\\n" in text
    assert all(place in text for place in OUTPUTS.values())


def test_the_story_of_the_example_is_there() -> None:
    assert (Path(__file__).parents[4] / "events/stories/snow-on-quill-street.json").is_file()
