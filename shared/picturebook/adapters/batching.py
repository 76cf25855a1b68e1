"""Entries in batches that a request may carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batches(
    entries: Sequence[Item], size_of: Callable[[Item], int], *, most_entries: int, most_bytes: int
) -> Iterator[list[Item]]:
    """Yield the entries in order, in batches of at most so many entries and bytes.

    An entry that alone is larger comes in a batch of its own: its request will be refused.
    """
    batch: list[Item] = []
    size = 0
    for entry in entries:
        entry_size = size_of(entry)
        if batch and (len(batch) == most_entries or size + entry_size > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += entry_size
    if batch:
        yield batch
