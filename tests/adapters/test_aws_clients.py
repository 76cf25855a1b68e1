from __future__ import annotations

from typing import Any

import boto3

from picturebook.adapters.aws_clients import AwsClients


class CountingSession(boto3.Session):
    made: int = 0

    def client(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]  # one fake for 400 overloads
        self.made += 1
        return object()


def test_a_client_is_made_on_first_use_and_kept() -> None:
    session = CountingSession(region_name="eu-central-1")
    clients = AwsClients(session)
    assert session.made == 0
    assert clients.s3 is clients.s3
    assert session.made == 1


def test_one_request_ends_well_before_the_deadline_of_a_claim(aws: AwsClients) -> None:
    config: Any = aws.dynamodb.meta.config  # botocore sets its attributes by name, so no type knows them
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout) < 60
