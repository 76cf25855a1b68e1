"""Settings that functions read from their environment."""

import pytest

from picturebook.settings import ModelSettings, service_name


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"POWERTOOLS_SERVICE_NAME": "picturebook-dev"}, "picturebook-dev"),
        ({"POWERTOOLS_SERVICE_NAME": ""}, "picturebook"),
        ({}, "picturebook"),
    ],
)
def test_the_service_name_is_the_one_that_powertools_logs(environment: dict[str, str], name: str) -> None:
    assert service_name(environment) == name
    settings = ModelSettings.from_environment({**environment, "PICTUREBOOK_DEFAULT_MODEL": "gpt-image-2"})
    assert settings.service_name == name
