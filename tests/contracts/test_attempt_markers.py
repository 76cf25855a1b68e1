from __future__ import annotations

from pathlib import Path

import pytest

from picturebook.adapters.aws_clients import AwsClients
from picturebook.adapters.dynamodb_attempt_markers import DynamoDbAttemptMarkers
from picturebook.errors import StoreUnavailableError
from picturebook.ports.attempt_markers import AttemptMarkers
from tests.fakes.attempt_markers import AttemptMarkersInFiles
from tests.fakes.aws_tables import create_tables
from tests.fakes.clock import FakeClock
from tests.fakes.in_memory_attempt_markers import InMemoryAttemptMarkers

TABLE = "ledger"


@pytest.fixture(params=["dynamodb", "in_memory", "files"])
def markers(request: pytest.FixtureRequest, clock: FakeClock, tmp_path: Path) -> AttemptMarkers:
    if request.param == "in_memory":
        return InMemoryAttemptMarkers()
    if request.param == "files":
        return AttemptMarkersInFiles(tmp_path)
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws.dynamodb)
    return DynamoDbAttemptMarkers(aws.dynamodb, TABLE, clock=clock)


async def test_attempts_that_did_not_end_add_up(markers: AttemptMarkers) -> None:
    assert [await markers.mark("m-1", receive=receive) for receive in (3, 4, 5)] == [1, 2, 3]


async def test_an_attempt_that_is_marked_again_counts_once(markers: AttemptMarkers) -> None:
    assert [await markers.mark("m-1", receive=3), await markers.mark("m-1", receive=3)] == [1, 1]


async def test_an_ended_attempt_deletes_only_its_own_marker(markers: AttemptMarkers) -> None:
    await markers.mark("m-1", receive=3)
    await markers.mark("m-1", receive=4)
    await markers.unmark("m-1", receive=4)
    await markers.unmark("m-1", receive=4)
    assert await markers.mark("m-1", receive=5) == 2


async def test_unmarking_a_message_without_markers_changes_nothing(markers: AttemptMarkers) -> None:
    await markers.unmark("m-1", receive=3)
    await markers.mark("m-1", receive=3)
    await markers.unmark("m-1", receive=3)
    assert await markers.mark("m-1", receive=4) == 1


async def test_messages_do_not_share_markers(markers: AttemptMarkers) -> None:
    await markers.mark("m-1", receive=3)
    assert await markers.mark("m-2", receive=3) == 1


async def test_markers_expire(aws: AwsClients, clock: FakeClock) -> None:
    create_tables(aws.dynamodb)
    await DynamoDbAttemptMarkers(aws.dynamodb, TABLE, clock=clock).mark("m-1", receive=3)
    [item] = aws.dynamodb.scan(TableName=TABLE)["Items"]
    assert int(item["expires_at"]["N"]) > clock.now().timestamp() + 14 * 24 * 3600


async def test_a_table_that_is_missing_is_an_unavailable_store(aws: AwsClients, clock: FakeClock) -> None:
    markers = DynamoDbAttemptMarkers(aws.dynamodb, "nowhere", clock=clock)
    with pytest.raises(StoreUnavailableError):
        await markers.mark("m-1", receive=3)
    with pytest.raises(StoreUnavailableError):
        await markers.unmark("m-1", receive=3)
