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
def marks(request: pytest.FixtureRequest, clock: FakeClock, tmp_path: Path) -> AttemptMarkers:
    if request.param == "in_memory":
        return InMemoryAttemptMarkers()
    if request.param == "files":
        return AttemptMarkersInFiles(tmp_path)
    aws: AwsClients = request.getfixturevalue("aws")
    create_tables(aws.dynamodb)
    return DynamoDbAttemptMarkers(aws.dynamodb, TABLE, clock=clock)


async def test_starts_that_nobody_ended_add_up(marks: AttemptMarkers) -> None:
    assert [await marks.mark("m-1", receive=receive) for receive in (3, 4, 5)] == [1, 2, 3]


async def test_a_start_that_is_marked_again_is_the_same_start(marks: AttemptMarkers) -> None:
    assert [await marks.mark("m-1", receive=3), await marks.mark("m-1", receive=3)] == [1, 1]


async def test_an_end_takes_its_own_mark_alone(marks: AttemptMarkers) -> None:
    await marks.mark("m-1", receive=3)
    await marks.mark("m-1", receive=4)
    await marks.unmark("m-1", receive=4)
    await marks.unmark("m-1", receive=4)
    assert await marks.mark("m-1", receive=5) == 2


async def test_a_message_without_marks_has_none_to_take_and_starts_from_nothing_again(marks: AttemptMarkers) -> None:
    await marks.unmark("m-1", receive=3)
    await marks.mark("m-1", receive=3)
    await marks.unmark("m-1", receive=3)
    assert await marks.mark("m-1", receive=4) == 1


async def test_messages_do_not_know_each_other(marks: AttemptMarkers) -> None:
    await marks.mark("m-1", receive=3)
    assert await marks.mark("m-2", receive=3) == 1


async def test_the_marks_of_a_forgotten_message_expire(aws: AwsClients, clock: FakeClock) -> None:
    create_tables(aws.dynamodb)
    await DynamoDbAttemptMarkers(aws.dynamodb, TABLE, clock=clock).mark("m-1", receive=3)
    [item] = aws.dynamodb.scan(TableName=TABLE)["Items"]
    assert int(item["expires_at"]["N"]) > clock.now().timestamp() + 14 * 24 * 3600


async def test_a_table_that_is_missing_is_an_unavailable_store(aws: AwsClients, clock: FakeClock) -> None:
    marks = DynamoDbAttemptMarkers(aws.dynamodb, "nowhere", clock=clock)
    with pytest.raises(StoreUnavailableError):
        await marks.mark("m-1", receive=3)
    with pytest.raises(StoreUnavailableError):
        await marks.unmark("m-1", receive=3)
