"""plan_story over moto: uploads and messages, in the queue's own record shape, with the real adapters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.plan_story.handler import logger
from local.cli.exit_status import BadInputError
from local.cli.models_in_use import ModelsInUse
from local.cli.story_file import read_story_file
from picturebook.entrypoints.queue_function import QueueFunction
from tests.fakes.stories import page, story_document
from tests.functions.conftest import BUCKET, Context, Deployment, sqs_event
from tests.functions.wired import plan_function

EVENTS = Path(__file__).resolve().parents[2] / "events"
CONTEXT = cast("LambdaContext", Context())
REFUSED: dict[str, str] = json.loads((EVENTS / "refused" / "expected_fields.json").read_text())


@pytest.fixture
def function(deployment: Deployment) -> Iterator[QueueFunction]:
    function = plan_function(deployment)
    yield function
    function.close()


def handle(function: QueueFunction, event: Mapping[str, Any]) -> list[str]:
    """Return the message ids that are to come back."""
    response = function.handle(event, CONTEXT)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def upload_notice(key: str, size: int, bucket: str = BUCKET) -> str:
    notice = json.loads((EVENTS / "s3" / "object_created.json").read_text())
    notice["detail"]["bucket"]["name"] = bucket
    notice["detail"]["object"].update({"key": key, "size": size})
    return json.dumps(notice)


def upload(deployment: Deployment, key: str, content: str) -> str:
    deployment.clients.s3.put_object(Bucket=BUCKET, Key=key, Body=content.encode("utf-8", "surrogatepass"))
    return upload_notice(key, len(content))


def test_a_story_that_is_a_message_is_accepted_and_its_first_pictures_are_queued(
    deployment: Deployment, function: QueueFunction
) -> None:
    assert handle(function, sqs_event(json.dumps(story_document()))) == []
    accepted = deployment.events()
    assert [event["detail-type"] for event in accepted] == ["StoryAccepted"]
    assert accepted[0]["detail"]["metadata"]["story_id"] == "lantern"
    characters = [json.loads(body)["picture_id"] for body in deployment.bodies("character")]
    assert sorted(characters) == ["character-01", "character-02"]
    assert [json.loads(body)["picture_id"] for body in deployment.bodies("page")] == ["page-001"]


def test_an_uploaded_story_is_accepted_like_a_message(deployment: Deployment, function: QueueFunction) -> None:
    notice = upload(deployment, "stories/lantern.json", json.dumps(story_document()))
    assert handle(function, sqs_event(notice)) == []
    assert [event["detail-type"] for event in deployment.events()] == ["StoryAccepted"]
    assert len(deployment.bodies("character")) == 2


def test_the_same_story_as_upload_and_as_message_is_one_run_and_its_pictures_are_queued_once(
    deployment: Deployment, function: QueueFunction
) -> None:
    document = json.dumps(story_document())
    handle(function, sqs_event(document, upload(deployment, "stories/lantern.json", document)))
    events = deployment.events()
    assert {event["detail"]["metadata"]["revision"] for event in events} == {
        events[0]["detail"]["metadata"]["revision"]
    }
    assert len({event["detail"]["metadata"]["event_id"] for event in events}) == 1
    assert len(deployment.bodies("character")) == 2


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_bad_story_is_refused_once_with_its_field_kept_raw_and_its_neighbours_go_on(
    deployment: Deployment, function: QueueFunction, name: str
) -> None:
    bad = (EVENTS / "refused" / f"{name}.json").read_text()
    good = json.dumps(story_document(story_id="neighbour"))
    assert handle(function, sqs_event(bad, good)) == []
    rejected, accepted = sorted(deployment.events(), key=lambda event: event["detail-type"], reverse=True)
    assert (rejected["detail-type"], accepted["detail-type"]) == ("StoryRejected", "StoryAccepted")
    assert rejected["detail"]["data"]["field"] == REFUSED[name]
    assert rejected["detail"]["data"]["accepted"]
    assert deployment.bodies("refused") == [bad]
    assert len(deployment.bodies("character")) == 2


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"story_id": "lantern", "pages": 7}, "lantern"),
        ({"story_id": "../lantern"}, None),
        ({"story_id": 7}, None),
        (["lantern"], None),
    ],
)
def test_a_refusal_names_the_story_as_far_as_the_message_does(
    deployment: Deployment, function: QueueFunction, document: object, named: str | None
) -> None:
    handle(function, sqs_event(json.dumps(document)))
    assert [event["detail"]["metadata"]["story_id"] for event in deployment.events()] == [named]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_bad_upload_is_refused_with_the_story_that_its_key_names(
    deployment: Deployment, function: QueueFunction, name: str
) -> None:
    content = (EVENTS / "refused" / f"{name}.json").read_text()
    assert handle(function, sqs_event(upload(deployment, "stories/lantern.json", content))) == []
    rejected = deployment.events()
    assert [event["detail-type"] for event in rejected] == ["StoryRejected"]
    assert rejected[0]["detail"]["metadata"]["story_id"] == "lantern"
    assert deployment.bodies("refused") == [content]
    assert deployment.bodies("character") == []


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("stories/../secrets.json", "key"),
        ("stories/a/b.json", "key"),
        ("stories/.json", "key"),
        ("stories/lantern.txt", "key"),
        ("stories/lantern.json.bak", "key"),
        ("images/lantern.json", "key"),
        ("stories/lantern%2e.json", "key"),
    ],
)
def test_a_key_that_names_no_story_is_refused_and_not_read(
    deployment: Deployment, function: QueueFunction, key: str, field: str
) -> None:
    assert handle(function, sqs_event(upload_notice(key, 10))) == []
    assert [event["detail"]["data"]["field"] for event in deployment.events()] == [field]


def test_an_upload_over_one_mebibyte_is_refused_without_being_read(
    deployment: Deployment, function: QueueFunction
) -> None:
    assert handle(function, sqs_event(upload_notice("stories/lantern.json", 1024 * 1024 + 1))) == []
    rejected = deployment.events()[0]["detail"]
    assert rejected["data"]["reason"] == "too_large"
    assert "1 MiB" in rejected["data"]["accepted"]
    assert rejected["metadata"]["story_id"] == "lantern"


def test_a_message_over_one_mebibyte_is_refused(deployment: Deployment, function: QueueFunction) -> None:
    document = story_document(pages=[page(n, text="x" * 3900) for n in range(1, 301)])
    assert handle(function, sqs_event(json.dumps(document))) == []
    assert deployment.events()[0]["detail"]["data"]["reason"] == "too_large"


@pytest.mark.parametrize("raw", [b"12345\xf8", b"Once upon a time", b" " * (1024 * 1024 + 1)])
def test_bytes_that_are_no_story_are_refused_with_the_text_of_the_command_line(
    deployment: Deployment, function: QueueFunction, raw: bytes, tmp_path: Path
) -> None:
    (tmp_path / "story.json").write_bytes(raw)
    with pytest.raises(BadInputError) as refused:
        read_story_file(tmp_path / "story.json", models=ModelsInUse("gpt-image-2", None))
    deployment.clients.s3.put_object(Bucket=BUCKET, Key="stories/lantern.json", Body=raw)
    handle(function, sqs_event(upload_notice("stories/lantern.json", len(raw))))
    published = deployment.events()[0]["detail"]["data"]
    assert published["field"] == "the story"
    assert str(refused.value).splitlines()[1:] == [
        f"  the story: {published['problem']}",
        f"  accepted: {published['accepted']}",
    ]


@pytest.mark.parametrize(("version", "suffix"), [("v1", "?versionId=v1"), (None, "")])
def test_a_refusal_says_where_the_story_lay(
    deployment: Deployment, function: QueueFunction, version: str | None, suffix: str
) -> None:
    deployment.clients.s3.put_object(Bucket=BUCKET, Key="stories/lantern.json", Body=b"7")
    handle(function, sqs_event(changed_notice("detail", "object", "version-id", to=version)))
    assert deployment.events()[0]["detail"]["data"]["origin"] == f"s3://{BUCKET}/stories/lantern.json{suffix}"


def test_an_id_that_differs_between_key_and_body_is_refused(deployment: Deployment, function: QueueFunction) -> None:
    notice = upload(deployment, "stories/other.json", json.dumps(story_document()))
    assert handle(function, sqs_event(notice)) == []
    rejected = deployment.events()[0]["detail"]["data"]
    assert rejected["field"] == "story_id"
    assert "'lantern'" in rejected["problem"]
    assert "'other'" in rejected["problem"]


def test_a_notice_of_another_bucket_is_refused(deployment: Deployment, function: QueueFunction) -> None:
    assert handle(function, sqs_event(upload_notice("stories/lantern.json", 10, bucket="another-bucket"))) == []
    assert deployment.events()[0]["detail"]["data"]["field"] == "bucket"


def test_an_upload_that_is_gone_again_is_refused(deployment: Deployment, function: QueueFunction) -> None:
    assert handle(function, sqs_event(upload_notice("stories/lantern.json", 10))) == []
    assert "no longer exists" in deployment.events()[0]["detail"]["data"]["problem"]


def test_when_storage_is_away_the_message_is_redelivered(deployment: Deployment, function: QueueFunction) -> None:
    deployment.clients.dynamodb.delete_table(TableName="picturebook-ledger")
    event = sqs_event(json.dumps(story_document()))
    assert handle(function, event) == [event["Records"][0]["messageId"]]
    assert deployment.bodies("refused") == []
    assert deployment.events() == []


def test_an_event_without_records_warms_the_function_up(function: QueueFunction) -> None:
    assert handle(function, {}) == []


def changed_notice(*path: str, to: object = None) -> str:
    """Return a notice in which one field is changed, or missing."""
    notice = json.loads(upload_notice("stories/lantern.json", 10))
    place = notice
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    if to is None:
        del place[path[-1]]
    return json.dumps(notice)


@pytest.mark.parametrize(
    "notice",
    [
        changed_notice("detail"),
        changed_notice("detail", to="x"),
        changed_notice("detail", "object"),
        changed_notice("detail", "object", "key", to=7),
        changed_notice("detail", "object", "size", to="10"),
        changed_notice("detail", "object", "sequencer"),
        changed_notice("detail", "object", "sequencer", to=5),
        changed_notice("time"),
        changed_notice("time", to="yesterday"),
        changed_notice("id"),
        changed_notice("id", to="a b"),
        changed_notice("detail-type", to="Object Deleted"),
    ],
)
def test_a_notice_that_s3_would_not_send_is_refused_once_and_kept(
    deployment: Deployment, function: QueueFunction, notice: str
) -> None:
    deployment.clients.s3.put_object(Bucket=BUCKET, Key="stories/lantern.json", Body=json.dumps(story_document()))
    assert handle(function, sqs_event(notice)) == []
    assert [event["detail-type"] for event in deployment.events()] == ["StoryRejected"]
    assert deployment.bodies("refused") == [notice]


def test_a_misspelt_field_of_any_length_is_refused_once(deployment: Deployment, function: QueueFunction) -> None:
    raw = json.dumps({**story_document(), "k" * 700_000: 1})
    assert handle(function, sqs_event(raw)) == []
    assert [event["detail-type"] for event in deployment.events()] == ["StoryRejected"]


def test_descriptions_that_fit_no_prompt_are_refused_when_the_story_comes(
    deployment: Deployment, function: QueueFunction
) -> None:
    names = [f"N{number}" for number in range(10)]
    characters = [{"name": name, "traits": ["tall"], "description": "d" * 3900} for name in names]
    document = story_document(characters=characters, pages=[page(1, *names)])
    assert handle(function, sqs_event(json.dumps(document))) == []
    rejected = deployment.events()[0]["detail"]
    assert rejected["data"]["reason"] == "too_large"
    assert "page-001" in rejected["data"]["field"]
    assert rejected["metadata"]["story_id"] == "lantern"


def test_an_object_that_grew_after_its_notice_is_not_read_to_its_end(
    deployment: Deployment, function: QueueFunction
) -> None:
    deployment.clients.s3.put_object(Bucket=BUCKET, Key="stories/lantern.json", Body=b" " * (3 * 1024 * 1024))
    assert handle(function, sqs_event(upload_notice("stories/lantern.json", 10))) == []
    assert deployment.events()[0]["detail"]["data"]["reason"] == "too_large"


def test_records_of_one_batch_share_nothing_in_their_logs(deployment: Deployment, function: QueueFunction) -> None:
    handle(function, sqs_event(json.dumps(story_document()), upload_notice("stories/../x.json", 10)))
    keys = logger.get_current_keys()
    assert (keys["story_id"], keys["correlation_id"]) == (None, None)


def test_why_a_record_failed_is_in_the_log(
    deployment: Deployment, function: QueueFunction, caplog: pytest.LogCaptureFixture
) -> None:
    deployment.clients.dynamodb.delete_table(TableName="picturebook-ledger")
    handle(function, sqs_event(json.dumps(story_document())))
    failures = [record for record in caplog.records if record.message == "a record failed"]
    assert len(failures) == 1
    assert failures[0].exc_info


def test_of_two_stories_sent_as_messages_the_later_one_stays(deployment: Deployment, function: QueueFunction) -> None:
    event = sqs_event(json.dumps(story_document(title="Later")), json.dumps(story_document(title="Earlier")))
    event["Records"][0]["attributes"]["SentTimestamp"] = "1795348809000"
    handle(function, event)
    events = deployment.events()
    accepted, cancelled = (
        [e["detail"] for e in events if e["detail-type"] == t] for t in ("StoryAccepted", "StoryCancelled")
    )
    earlier = next(detail["metadata"]["revision"] for detail in accepted if detail["data"]["title"] == "Earlier")
    assert [detail["metadata"]["revision"] for detail in cancelled] == [earlier]


def test_a_refusal_is_in_the_log_with_its_field(
    deployment: Deployment, function: QueueFunction, caplog: pytest.LogCaptureFixture
) -> None:
    handle(function, sqs_event(json.dumps(story_document(title="\u200b"))))
    assert any(record.levelname == "WARNING" and "title" in record.message for record in caplog.records)
