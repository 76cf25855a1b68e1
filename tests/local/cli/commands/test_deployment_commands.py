"""The commands that talk to a deployment, as a shell sees them; AWS is moto's, or an address without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner, Result

from local.cli.app import app
from local.cli.circuit_text import circuit_text, span_text
from local.cli.deployed_stack import SERVE_FILE, advertised, deployed_stack
from local.cli.exit_status import BadInputError, CommandFailedError
from picturebook.models.circuits import Circuit, CircuitOverride, CircuitState
from tests.fakes.aws_tables import create_tables
from tests.local.cli.stories import write_story

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROUTE = "api.openai.com/gpt-image-2"


class FakeCloudFormation:
    """Answers as the service does; moto's needs libraries that are not installed."""

    def __init__(self, outputs: dict[str, str]) -> None:
        self._outputs = outputs

    def describe_stacks(self, *, StackName: str) -> dict[str, object]:  # noqa: N803  boto3's name
        if not self._outputs:
            error: Any = {"Error": {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}}
            raise ClientError(error, "DescribeStacks")
        parameters = {"ImageApiUrl": "https://api.openai.com/v1", "DefaultModel": "gpt-image-2"}
        stack = {
            "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in self._outputs.items()],
            "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        }
        return {"Stacks": [stack]}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        _answer_stacks(monkeypatch, {})
        yield


def _answer_stacks(monkeypatch: pytest.MonkeyPatch, outputs: dict[str, str]) -> None:
    made = boto3.Session.client

    def client(session: boto3.Session, service: Any, **settings: Any) -> Any:
        return FakeCloudFormation(outputs) if service == "cloudformation" else made(session, service, **settings)

    monkeypatch.setattr(boto3.Session, "client", client)


@pytest.fixture
def sqs(account: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    sqs = boto3.client("sqs")
    create_tables(boto3.client("dynamodb"), circuits="some-circuits")
    boto3.client("events").create_event_bus(Name="some-bus")
    url = sqs.create_queue(QueueName="some-control")["QueueUrl"]
    outputs = {"ControlQueueUrl": url, "EventBusName": "some-bus", "CircuitTableName": "some-circuits"}
    _answer_stacks(monkeypatch, outputs)
    return sqs


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def sent(sqs: Any) -> list[dict[str, object]]:
    url = sqs.get_queue_url(QueueName="some-control")["QueueUrl"]
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


@pytest.mark.parametrize(("named", "asked"), [("picturebook-dev", "picturebook-dev"), ("", "picturebook")])
def test_a_variable_names_the_stack_of_another_stage(
    account: None, monkeypatch: pytest.MonkeyPatch, named: str, asked: str
) -> None:
    monkeypatch.setenv("PICTUREBOOK_STACK", named)
    shown = run("cancel", "lantern", "--yes")
    assert shown.exit_code == 1
    assert f"There is no stack {asked} here." in " ".join(shown.stderr.split())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("cancel", "lantern"), {"action": "cancel", "story_id": "lantern"}),
        (("redraw", "lantern", "page-003"), {"action": "redraw", "story_id": "lantern", "picture_id": "page-003"}),
        (
            ("resolve", "lantern", "page-003", "repay"),
            {"action": "resolve", "story_id": "lantern", "picture_id": "page-003", "decision": "repay"},
        ),
        (
            ("resolve", "--request", "cover-7", "fail"),
            {"action": "resolve", "request_id": "cover-7", "decision": "fail"},
        ),
    ],
)
def test_a_command_sends_one_control_message(sqs: Any, words: tuple[str, ...], message: dict[str, object]) -> None:
    shown = run(*words, "--yes")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert sent(sqs) == [{"schema_version": "1.0", **message}]


@pytest.mark.parametrize(
    "words",
    [
        ("cancel", "../up"),
        ("redraw", "lantern", "page 3"),
        ("redraw", "lantern", "page-003", "--revision", "new"),
        ("resolve", "lantern", "page-003", "buy"),
        ("resolve", "lantern", "repay"),
        ("resolve", "--request", "r", "a", "b", "repay"),
        ("resolve", "lantern", "page-003", "fail", "--take", "0"),
        ("cancel", "lantern", "--local", "--endpoint-url", "http://127.0.0.1:1"),
        ("circuit", "open", "--reason", "x", "--for", "73h"),
        ("circuit", "open", "--reason", "x", "--for", "soon"),
        ("circuit", "open", "--reason", " ", "--for", "1h"),
        ("circuit", "open", "no-route", "--reason", "x", "--for", "1h"),
        ("circuit", "close", "--for", "1h"),
        ("circuit", "close", "--reason", "x"),
    ],
)
def test_bad_input_is_refused_with_status_2_and_nothing_is_sent(sqs: Any, words: tuple[str, ...]) -> None:
    shown = run(*words, *([] if words[0] == "circuit" else ["--yes"]))
    assert shown.exit_code == 2
    assert shown.stderr
    assert isinstance(shown.exception, SystemExit)
    assert sent(sqs) == []


@pytest.mark.parametrize("words", [("cancel", "lantern"), ("redraw", "lantern", "page-003")])
def test_without_a_terminal_and_without_yes_nothing_is_sent(sqs: Any, words: tuple[str, ...]) -> None:
    shown = run(*words)
    assert shown.exit_code == 2
    assert "accepted: --yes" in shown.stderr
    assert sent(sqs) == []


def test_the_question_says_that_the_price_of_a_redraw_is_unknown(sqs: Any) -> None:
    asked = "Redraw page-003 of lantern? The price is not known here."
    assert run("redraw", "lantern", "page-003").stderr.startswith(asked)
    repay = run("resolve", "lantern", "page-003", "repay").stderr
    assert "The price is not known here, and the lost one may have been billed too." in repay


def test_an_estimate_beside_the_accounts_deployment_has_its_models(
    account: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    boto3.client("s3").create_bucket(
        Bucket="some-bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    _answer_stacks(monkeypatch, {"BucketName": "some-bucket"})
    done = run("estimate", str(write_story(tmp_path)), "--deployed", "--json")
    output = json.loads(done.stdout)
    assert (done.exit_code, output["is_first_upload"], output["chat_model"]) == (0, False, None)


def test_an_account_without_the_stack_is_one_sentence_and_status_1(account: None) -> None:
    shown = run("cancel", "lantern", "--yes")
    assert (shown.exit_code, len(shown.stderr.splitlines())) == (1, 1)
    assert "no stack picturebook" in shown.stderr


def test_an_address_without_a_server_is_one_sentence_and_status_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x", "DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    shown = run("circuit", "show", "--endpoint-url", "http://127.0.0.1:1")
    assert (shown.exit_code, len(shown.stderr.splitlines())) == (1, 1)
    assert "cannot be reached" in shown.stderr


def test_missing_credentials_are_one_sentence_and_status_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    shown = run("circuit", "show")
    assert (shown.exit_code, len(shown.stderr.splitlines())) == (1, 1)
    assert "credentials" in shown.stderr


@pytest.mark.parametrize(("command", "forced_to"), [("open", "OPEN"), ("close", "CLOSED")])
def test_a_circuit_is_forced_shown_and_released_again(sqs: Any, command: str, forced_to: str) -> None:
    assert run("circuit", "show").stdout.startswith("All circuits are closed.")
    forced = run("circuit", command, "--reason", "provider's maintenance", "--for", "2h", "--actor", "ada")
    assert forced.exit_code == 0
    assert forced.stdout.startswith(f"{ROUTE}  {forced_to} by hand\n  forced by ada ")
    shown = json.loads(run("circuit", "show", "--json").stdout)
    assert (shown["route"], shown["forced"], shown["override"]["actor"]) == (ROUTE, forced_to, "ada")
    span = datetime.fromisoformat(shown["override"]["expires_at"]) - datetime.fromisoformat(shown["override"]["set_at"])
    assert span == timedelta(hours=2)
    assert run("circuit", "auto", "--actor", "ada").stdout == f"{ROUTE}  CLOSED\n"
    assert run("circuit", "show").stdout.startswith("All circuits are closed.")


def test_the_local_cloud_is_found_while_it_runs(tmp_path: Path) -> None:
    served = tmp_path / "state" / "serve.json"
    with (
        advertised("http://127.0.0.1:1", serve_file=served),
        pytest.raises(CommandFailedError, match="cannot be reached"),
        deployed_stack(endpoint_url=None, local=True, serve_file=served),
    ):
        pass
    with (
        pytest.raises(CommandFailedError, match="`picturebook serve` is not running"),
        deployed_stack(endpoint_url=None, local=True, serve_file=served),
    ):
        pass


def test_a_local_cloud_that_ends_keeps_the_address_of_a_later_one(tmp_path: Path) -> None:
    served = tmp_path / "serve.json"
    with advertised("http://127.0.0.1:1", serve_file=served):
        served.write_text("another", "utf-8")
    assert served.read_text("utf-8") == "another"


def test_an_address_that_is_no_url_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    with pytest.raises(BadInputError), deployed_stack(endpoint_url="nowhere", local=False, serve_file=SERVE_FILE):
        pass


def test_an_open_circuit_says_why_since_when_and_when_it_is_probed() -> None:
    circuit = Circuit(
        ROUTE,
        CircuitState.OPEN,
        "v",
        retry_at=NOW + timedelta(minutes=3),
        reason="ProviderUnavailableError",
        opened_at=NOW - timedelta(hours=2),
        failures=5,
    )
    assert circuit_text(circuit, NOW).splitlines() == [
        f"{ROUTE}  OPEN",
        "  cause: ProviderUnavailableError (5 failures), since 2 hours ago",
        "  next probe: in 3 minutes",
    ]


def test_an_override_shows_who_forced_the_circuit_until_when_and_why() -> None:
    since, until = NOW - timedelta(minutes=5), NOW + timedelta(hours=2)
    override = CircuitOverride(CircuitState.OPEN, "ada", "maintenance", set_at=since, expires_at=until)
    assert circuit_text(Circuit(ROUTE, override=override), NOW).splitlines() == [
        f"{ROUTE}  OPEN by hand",
        "  forced by ada 5 minutes ago, until 2026-11-01 02:00 UTC",
        "  reason: maintenance",
        "  without the override: CLOSED",
    ]


def test_an_expired_override_is_not_shown() -> None:
    override = CircuitOverride(CircuitState.OPEN, "ada", "x", set_at=NOW - timedelta(hours=2), expires_at=NOW)
    assert circuit_text(Circuit(ROUTE, override=override), NOW) == f"{ROUTE}  CLOSED"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "1 second"), (59.4, "59 seconds"), (60, "1 minute"), (7300, "2 hours")]
)
def test_spans_are_printed_in_their_largest_unit(seconds: float, words: str) -> None:
    assert span_text(seconds) == words
