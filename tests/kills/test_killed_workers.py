"""Real worker processes are killed at random moments; the image service's own bill says what was paid."""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from infra.functions import FUNCTIONS, LAYER_ASSET, function_asset
from local.stack.cloud import LocalCloud, deploy, starting
from local.stack.deployment import Deployment
from local.stack.emulator import REGION
from local.stack.environment import scrubbed
from local.stack.part import running
from picturebook.adapters.aws_clients import AwsClients
from picturebook.bootstrap.function_wiring import wire_function
from picturebook.bootstrap.openai_service import open_image_service
from picturebook.models.parsing import parse_json
from picturebook.models.runs import Run, UploadPosition
from picturebook.models.story import Story
from picturebook.planning import prompt_of, references_of
from picturebook.runs.plan_store import read_plan
from picturebook.services import Services
from picturebook.settings import PlanningSettings, Settings
from picturebook.use_cases.plan_story import Arrival, plan_story
from tests.fakes.stories import page, story_document
from tests.kills import witness, worker
from tests.kills.accelerated_clock import AcceleratedClock
from tests.kills.worker import Workplace
from tests.local.stack.tiny_stack import write_layer, write_package

TEMPLATE = Path(__file__).parents[2] / "infra/template/picturebook.json"
KEY = "sk-test-only"
MODEL = "gpt-image-2"
FACTOR = 20.0
WORKERS = 6
STORIES, PAGES = 5, 22
KILLS = 40
# Real seconds between two kills, on the average; a picture takes about as long.
MEAN_PAUSE = 0.35
# A safety net: it takes a minute on two cores.
LONGEST = 900.0


@dataclass
class Fleet:
    """The workers; each killed one is replaced."""

    workplace: Workplace
    random_source: random.Random
    killed: list[int] = field(default_factory=list)
    workers: list[BaseProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Forked from a process that has imported everything: a worker is at work in milliseconds.
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload([worker.__name__])
        self.workers = [self._start() for _ in range(WORKERS)]

    def kill_one(self) -> None:
        """Kill a random worker; every second time one that has claimed a picture, so that paid calls are hit."""
        claiming = witness.claiming_processes(self.workplace.testimony) if len(self.killed) % 2 else set()
        victim = self.random_source.choice([one for one in self.workers if one.pid in claiming] or self.workers)
        self.workers.remove(victim)
        assert victim.pid
        self.killed.append(victim.pid)
        self._end(victim)
        self.workers.append(self._start())

    def end(self) -> None:
        for process in self.workers:
            self._end(process)

    def all_live(self) -> bool:
        return all(process.is_alive() for process in self.workers)

    def _start(self) -> BaseProcess:
        process = self.context.Process(target=worker.work, args=(self.workplace,), daemon=True)
        process.start()
        return process

    @staticmethod
    def _end(process: BaseProcess) -> None:
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The kept template on the emulator, without the mappings that would have it run functions of its own."""
    folder = tmp_path_factory.mktemp("kills")
    packages = {function_asset(name): write_package(folder / name, {"handler.py": ""}) for name in FUNCTIONS}
    packages[LAYER_ASSET] = write_layer(folder / "layer")
    with starting(packages, state_dir=folder / "state", port=None, report=lambda _: None) as ministack:
        cloud = deploy(ministack, Deployment(TEMPLATE, packages), report=lambda _: None)
        lambda_ = cloud.client("lambda")
        for mapping in lambda_.list_event_source_mappings()["EventSourceMappings"]:
            lambda_.delete_event_source_mapping(UUID=mapping["UUID"])
        cloud.client("secretsmanager").put_secret_value(SecretId=cloud.outputs["ApiKeySecretArn"], SecretString=KEY)
        yield cloud


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The embedded image service in a process of its own: its address and its bill."""
    folder = tmp_path_factory.mktemp("images")
    command = [sys.executable, "-m", "local.image_service", "--api-key", KEY, "--prerendered", "--delay", "0.4"]
    command += ["--ledger", str(folder / "bill.jsonl")]
    with running("The image service", command, environment=scrubbed(), directory_in=folder) as service:
        yield str(service.announcement(within_s=300)["base_url"]), folder / "bill.jsonl"


@pytest.fixture
def workplace(
    cloud: LocalCloud, images: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Workplace:
    aws = {
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
    }
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    outputs = cloud.outputs
    environment = {
        "PICTUREBOOK_BUCKET": outputs["BucketName"],
        "PICTUREBOOK_LEDGER_TABLE": outputs["LedgerTableName"],
        "PICTUREBOOK_CIRCUIT_TABLE": outputs["CircuitTableName"],
        "PICTUREBOOK_EVENT_BUS": outputs["EventBusName"],
        "PICTUREBOOK_DEFAULT_MODEL": MODEL,
        "PICTUREBOOK_CHARACTER_QUEUE_URL": outputs["CharacterQueueUrl"],
        "PICTUREBOOK_PAGE_QUEUE_URL": outputs["PageQueueUrl"],
        "PICTUREBOOK_REFUSED_QUEUE_URL": outputs["RefusedQueueUrl"],
        "PICTUREBOOK_API_KEY_SECRET": outputs["ApiKeySecretArn"],
        "PICTUREBOOK_IMAGE_API_URL": images[0],
    }
    return Workplace(aws, environment, tmp_path / "testimony.jsonl", time.time(), FACTOR)


def stories() -> Iterator[Story]:
    for number in range(STORIES):
        pages = [page(n, text=f"Page {n} of story {number}.") for n in range(1, PAGES + 1)]
        # A style of its own, so that no two stories ask for one picture in the same words: bills go by words.
        document = story_document(story_id=f"story-{number}", style=f"ink wash number {number}", pages=pages)
        yield parse_json(Story, json.dumps(document).encode(), what="the story")


async def accept(services: Services, settings: PlanningSettings) -> list[Run]:
    """Accept the stories, and queue every first picture once more: duplicates are to be harmless."""
    arrival = Arrival(UploadPosition(moment=services.clock.now()), "upload")
    deadline = services.clock.now() + timedelta(hours=1)
    runs = [await plan_story(story, arrival, services, settings, deadline=deadline) for story in stories()]
    for run in runs:
        await services.draw_queue.send((await read_plan(run, services.image_store)).first_messages())
    return runs


async def kill_until_all_has_ended(fleet: Fleet, runs: list[Run], services: Services) -> None:
    until = time.monotonic() + LONGEST
    waiting = list(runs)
    while waiting and time.monotonic() < until:
        await asyncio.sleep(fleet.random_source.expovariate(1 / MEAN_PAUSE))
        if len(fleet.killed) < KILLS:
            fleet.kill_one()
        found = [await services.ledger.find_run(run.story_id, run.revision) for run in waiting]
        waiting = [run for run in found if run and not run.is_confirmed]
    assert fleet.all_live(), "a worker ended by itself"
    assert not waiting, f"after {LONGEST} s these have not ended: {[sorted(run.open_pictures) for run in waiting]}"


def bill_of(images: tuple[str, Path]) -> list[str]:
    return images[1].read_text().splitlines()


async def bills_by_picture(runs: list[Run], services: Services, bill: list[str]) -> Counter[str]:
    """Return how often the image service billed each picture."""
    names: dict[str, str] = {}
    for run in runs:
        plan = await read_plan(run, services.image_store)
        for message in plan.messages:
            digest = hashlib.sha256(
                prompt_of(plan.request_of(message), message, plan.spec, references_of(message, plan.spec)).encode()
            ).hexdigest()
            names[digest] = f"{message.picture.owner}/{message.picture.picture_id}"
    return Counter(names[json.loads(line)["prompt_sha256"]] for line in bill)


def lost_claims(said: list[Mapping[str, Any]], unknown: set[str]) -> dict[str, int]:
    """Return the claims that another worker had to replace, or that were given up, with the process of each."""
    holders = {note["claim_id"]: note["pid"] for note in said if note["what"] == "claim"}
    lost = {note["replacing"] for note in said if note["what"] == "claim" and note["is_repay"]}
    for picture in unknown:
        lost.add([note["claim_id"] for note in said if note["what"] == "claim" and note["picture"] == picture][-1])
    return {claim: holders[claim] for claim in lost}


@pytest.mark.stack
async def test_killed_workers_lose_nothing_and_buy_nothing_twice_unless_the_ledger_says_unknown(
    workplace: Workplace, images: tuple[str, Path]
) -> None:
    seed = int(os.environ.get("PICTUREBOOK_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed}: set PICTUREBOOK_SEED to it to repeat the random choices")  # noqa: T201
    clock = AcceleratedClock(workplace.clock_started_at, workplace.clock_factor)
    wired = wire_function(Settings, workplace.environment, AwsClients(), clock=clock, image_service=open_image_service)
    services = wired.services
    runs = await accept(services, wired.settings.planning())
    fleet = Fleet(workplace, random.Random(seed))  # noqa: S311  chooses victims
    try:
        await kill_until_all_has_ended(fleet, runs, services)
    finally:
        fleet.end()
    bills = await bills_by_picture(runs, services, bill_of(images))
    records = {
        f"{r.picture.owner}/{r.picture.picture_id}": r for run in runs for r in await services.ledger.pictures(run)
    }
    unknown = {name for name, r in records.items() if r.outcome and r.outcome.reason == "outcome_unknown"}
    at_risk = unknown | {name for name, r in records.items() if r.repays}
    lost = lost_claims(witness.testimony(workplace.testimony), unknown)
    print(  # noqa: T201
        f"{len(records)} pictures, {sum(bills.values())} bills, {len(fleet.killed)} kills,"
        f" {len(at_risk)} pictures with a lost call, {sum(n > 1 for n in bills.values())} billed twice"
    )
    assert len(records) == STORIES * (PAGES + 2)
    assert len(fleet.killed) > KILLS / 2, "the story was over before enough had died"
    assert lost, "no kill hit a paid call: nothing was tried"
    assert all(record.outcome for record in records.values())
    assert {name for name, n in bills.items() if n > 1} <= at_risk
    assert all(n <= 2 for n in bills.values())
    assert {name for name in records if bills[name] == 0} <= unknown
    assert set(lost.values()) <= set(fleet.killed)
    assert len(lost) <= len(fleet.killed)
