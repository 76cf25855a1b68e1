import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from local.image_service.config import ServiceConfig
from local.image_service.server import ImageServer

KEY = "sk-test"
# Seconds. A safety net for a service that hangs, wide enough for a slow machine.
PATIENCE = 300.0


@dataclasses.dataclass
class RunningService:
    server: ImageServer
    ledger_path: Path

    @property
    def base_url(self) -> str:
        return self.server.base_url

    def client(self, key: str = KEY) -> openai.OpenAI:
        return openai.OpenAI(base_url=self.base_url, api_key=key, max_retries=0, timeout=PATIENCE)

    def script(self, *rules: dict[str, Any]) -> None:
        answer = httpx2.post(
            f"{self.server.origin}/admin/faults",
            json=list(rules),
            headers={"authorization": f"Bearer {KEY}"},
            timeout=PATIENCE,
        )
        answer.raise_for_status()

    def billed(self) -> int:
        billing = httpx2.get(f"{self.server.origin}/admin/billing", timeout=PATIENCE).json()
        return int(billing["images"])


@pytest.fixture(scope="session")
def shared_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One fast service (prerendered pictures) for every test that talks HTTP."""
    ledger = tmp_path_factory.mktemp("bill") / "ledger.jsonl"
    with ImageServer(ServiceConfig(api_key=KEY, ledger_path=ledger, prerendered=True)) as server:
        yield RunningService(server, ledger)


@pytest.fixture
def service(shared_service: RunningService) -> Iterator[RunningService]:
    shared_service.script()
    yield shared_service
    shared_service.script()


@pytest.fixture(scope="session")
def shared_client(shared_service: RunningService) -> Iterator[openai.OpenAI]:
    """One client for all: making one costs a tenth of a second."""
    with shared_service.client() as client:
        yield client


@pytest.fixture
def client(service: RunningService, shared_client: openai.OpenAI) -> openai.OpenAI:
    return shared_client


@pytest.fixture
def draw_one(client: openai.OpenAI) -> Callable[..., Any]:
    def draw(**overrides: Any) -> Any:
        return client.images.generate(
            **{"model": "gpt-image-2", "prompt": "a fox in the snow", "size": "1024x640", **overrides}
        )

    return draw
