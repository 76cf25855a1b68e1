"""A story that is handed in again, held against the image service's own bill: pictures, words, and nothing twice.

Everything is real but AWS and the provider: adapters, functions, and the embedded image service over HTTP, with words
from its chat model and its moderation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from local.image_service.server import ImageServer
from picturebook.book.manifest import Manifest
from tests.fakes.stories import MIRA, TOCK, page, story_document
from tests.functions.conftest import BUCKET, Deployment
from tests.functions.pump import Pump
from tests.functions.served_functions import served_functions

GIRL = {**MIRA, "views": None}
PAGES = [page(1), page(2, "Mira", text="Mira waves."), page(3, "Mira", "Tock", text="They rest.")]


class Publisher:
    """Hands a story in, waits for its book, and reads the service's bill."""

    def __init__(self, deployment: Deployment, pump: Pump, images: ImageServer) -> None:
        self._deployment = deployment
        self._pump = pump
        self._service = images.service

    def hand_in(self, **fields: object) -> tuple[int, int]:
        """Return how many pictures and how many chat calls were billed until its book was there."""
        pictures, chats = len(self._service.ledger.records), len(self._service.text_bill.records)
        body = json.dumps(story_document(**{"characters": [GIRL, TOCK], "pages": PAGES, **fields}))
        sqs = self._deployment.clients.sqs
        sqs.send_message(QueueUrl=self._deployment.url("story"), MessageBody=body)
        self._pump.run_until_quiet()
        return len(self._service.ledger.records) - pictures, len(self._service.text_bill.records) - chats

    def book(self) -> Manifest:
        found = self._deployment.clients.s3.get_object(Bucket=BUCKET, Key="books/lantern/manifest.json")
        return Manifest.model_validate_json(found["Body"].read())

    def bought_usd(self) -> float:
        return self._service.ledger.total_usd


@pytest.fixture
def publisher(deployment: Deployment) -> Iterator[Publisher]:
    with served_functions(deployment) as (functions, images):
        yield Publisher(deployment, Pump(deployment, functions), images)


def test_a_key_that_is_rotated_before_a_story_costs_it_neither_its_moderation_nor_its_appearances(
    deployment: Deployment, publisher: Publisher
) -> None:
    secrets, secret = deployment.clients.secrets, deployment.environment["PICTUREBOOK_API_KEY_SECRET"]
    key = secrets.get_secret_value(SecretId=secret)["SecretString"]
    secrets.put_secret_value(SecretId=secret, SecretString="sk-before-the-rotation")

    def rotate_after_the_first_read(**_: object) -> None:
        secrets.meta.events.unregister(hook, rotate_after_the_first_read)
        secrets.put_secret_value(SecretId=secret, SecretString=key)

    hook = "after-call.secrets-manager.GetSecretValue"
    secrets.meta.events.register(hook, rotate_after_the_first_read)
    assert publisher.hand_in() == (6, 4)
    book = publisher.book()
    assert book.moderation is not None
    assert book.moderation.status == "passed"
    assert book.bible is not None
    assert {look.source for look in book.bible.characters} == {"chat"}


def test_a_story_handed_in_twice_buys_nothing_the_second_time(publisher: Publisher) -> None:
    assert publisher.hand_in() == (6, 4), "three sheets and three pages; one bible and three alt texts"
    assert publisher.hand_in() == (0, 0)
    assert publisher.book().ending == "StoryCompleted"


def test_a_story_with_one_page_changed_buys_one_picture(publisher: Publisher) -> None:
    publisher.hand_in()
    changed = [*PAGES[:2], page(3, "Mira", "Tock", text="They sleep.")]
    assert publisher.hand_in(pages=changed) == (1, 1)
    book = publisher.book()
    assert [p.picture_id for p in book.pictures if not p.is_reused] == ["page-003"]
    assert book.drawn == 6
    assert book.cost_usd is not None
    assert book.worst_cost_usd is not None
    assert 0 < book.cost_usd < book.worst_cost_usd < 1, "what was drawn before costs nothing, now and in the estimate"


def test_a_changed_character_buys_its_sheets_and_its_pages(publisher: Publisher) -> None:
    publisher.hand_in()
    owl = {**TOCK, "traits": ["a brass clockwork owl", "a red bow tie"]}
    assert publisher.hand_in(characters=[GIRL, owl]) == (2, 2), "the owl and its page; its appearance and that alt text"
    assert [p.picture_id for p in publisher.book().pictures if not p.is_reused] == ["character-02", "page-003"]


def test_what_the_books_say_was_paid_is_what_the_service_billed(publisher: Publisher) -> None:
    publisher.hand_in()
    first = publisher.book()
    publisher.hand_in(pages=[*PAGES, page(4, "Mira", text="They wake.")])
    second = publisher.book()
    published = [book.costs for book in (first, second) if book.costs]
    pictures = [sum(kind for kind in (c.text_in, c.image_in, c.image_out) if kind is not None) for c in published]
    assert float(sum(pictures)) == pytest.approx(publisher.bought_usd())
    assert all(book.cost_usd == sum(p.cost_usd or 0 for p in book.pictures) + _bible(book) for book in (first, second))


def _bible(book: Manifest) -> Decimal:
    assert book.bible_costs is not None
    assert book.bible_costs.total is not None
    return book.bible_costs.total
