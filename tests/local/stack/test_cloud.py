import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.cloud import LocalCloud
from local.stack.part import PartDidNotStartError
from local.stack.prewarm import FunctionFailedError, prewarm
from tests.local.stack.proc import children, eventually, listening_addresses, process_group
from tests.local.stack.tiny_stack import FUNCTION, tiny_deployment

pytestmark = [pytest.mark.stack]


def _invoke(cloud: LocalCloud, event: dict[str, Any]) -> dict[str, Any]:
    answer = cloud.client("lambda").invoke(FunctionName=FUNCTION, Payload=json.dumps(event).encode())
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def _processes(cloud: LocalCloud) -> set[int]:
    (leader,) = children(cloud.part.guard.pid)
    return {cloud.part.guard.pid, *process_group(leader)}


def test_an_upload_travels_through_rule_queue_and_function_to_the_bus_and_its_subscriber(cloud: LocalCloud) -> None:
    cloud.client("s3").put_object(Bucket=cloud.outputs["BucketName"], Key="stories/a.json", Body=b"{}")
    sqs, received = cloud.client("sqs"), list[Any]()

    def arrives() -> bool:
        received.extend(sqs.receive_message(QueueUrl=cloud.outputs["SeenUrl"], WaitTimeSeconds=15).get("Messages", []))
        return bool(received)

    assert eventually(arrives)
    assert json.loads(received[0]["Body"])["detail"] == {"seen": "stories/a.json"}


def test_parameters_reach_the_template_as_in_a_deployment(cloud: LocalCloud) -> None:
    assert cloud.outputs["Greeting"] == "hi"
    assert _invoke(cloud, {"describe": True})["environment"]["GREETING"] == "hi"


def test_a_function_runs_from_the_unpacked_packages_under_a_python_without_packages(
    cloud: LocalCloud,
) -> None:
    # Fails when MiniStack starts functions in another way than the launcher expects.
    function = _invoke(cloud, {"describe": True})
    unpacked = cloud.part.directory / "unpacked"
    assert Path(function["handler"]).parents[1] == unpacked
    assert Path(function["layer"]).parents[2] == unpacked
    assert Path(function["python"]).parts[-3:] == ("function", "bin", "python")
    assert not [entry for entry in function["path"] if "environment/ministack" in entry]


def test_a_functions_output_and_its_error_are_in_its_log(cloud: LocalCloud) -> None:
    assert _invoke(cloud, {"fail": True})["errorMessage"] == "asked to fail"
    log = cloud.function_logs(FUNCTION)
    assert "about to fail" in log
    assert "ValueError: asked to fail" in log


def test_it_listens_on_the_loopback_interface_alone(cloud: LocalCloud) -> None:
    _invoke(cloud, {})
    port = int(cloud.endpoint_url.rpartition(":")[2])
    assert listening_addresses(_processes(cloud)) == {f"0100007F:{port:04X}"}


@pytest.fixture
def users_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
        monkeypatch.setenv(name, "the-users-own")
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "the-users-own")


@pytest.fixture
def second_cloud(cloud: LocalCloud, users_variables: None, state_dir: Path, tmp_path: Path) -> Iterator[LocalCloud]:
    with LocalCloud.start(tiny_deployment(tmp_path), state_dir=state_dir) as second:
        yield second


def test_a_second_cloud_runs_beside_the_first_and_sees_nothing_of_the_users(
    cloud: LocalCloud, second_cloud: LocalCloud
) -> None:
    assert second_cloud.endpoint_url != cloud.endpoint_url
    second_cloud.client("s3").create_bucket(Bucket="only-here")
    assert "only-here" not in {bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]}
    environment = _invoke(second_cloud, {"describe": True})["environment"]
    assert not [name for name, value in environment.items() if "the-users-own" in value or ":9" in value[-2:]]
    assert not {"OPENAI_API_KEY", "PYTHONDONTWRITEBYTECODE", "AWS_PROFILE", "HTTP_PROXY"} & set(environment)


def test_prewarming_starts_a_process_for_each_unit_of_concurrency(second_cloud: LocalCloud) -> None:
    assert prewarm(second_cloud, at_most={}) == {FUNCTION: 2}
    assert len(_processes(second_cloud)) == 4  # the guard, MiniStack and two functions


def test_prewarming_starts_no_more_than_asked_for(second_cloud: LocalCloud) -> None:
    assert prewarm(second_cloud, at_most={FUNCTION: 1}) == {FUNCTION: 1}
    assert len(_processes(second_cloud)) == 3


def test_a_chosen_port_that_is_taken_is_refused_rather_than_shared(
    cloud: LocalCloud, tmp_path: Path, state_dir: Path
) -> None:
    taken = int(cloud.endpoint_url.rpartition(":")[2])
    starting = LocalCloud.start(tiny_deployment(tmp_path), state_dir=state_dir, port=taken)
    with pytest.raises(PartDidNotStartError, match=rf"port {taken} of 127\.0\.0\.1 is in use"), starting:
        pass


def test_a_function_that_cannot_be_imported_is_reported_with_its_reason(state_dir: Path, tmp_path: Path) -> None:
    broken = tiny_deployment(tmp_path, handler="import no_such_package\n")
    with (
        LocalCloud.start(broken, state_dir=state_dir) as cloud,
        pytest.raises(FunctionFailedError, match=r"tiny-echo fails on an empty event: .*no_such_package"),
    ):
        prewarm(cloud, at_most={})
