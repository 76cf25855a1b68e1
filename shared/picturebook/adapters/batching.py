"""Divides entries into batches that fit into one request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def batches(
    entries: Sequence[Item], size_of: Callable[[Item], int], *, most_entries: int, most_bytes: int
) -> Iterator[list[Item]]:
    """Yield the entries in order, in batches of at most `most_entries` and `most_bytes`.

    An entry larger than `most_bytes` is yielded alone: AWS will refuse its request.
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
