from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from picturebook.adapters.batching import batches


@given(st.lists(st.integers(0, 12)), st.integers(1, 5), st.integers(1, 20))
def test_batches_keep_order_and_limits_and_lose_nothing(sizes: list[int], most_entries: int, most_bytes: int) -> None:
    made = list(batches(sizes, lambda size: size, most_entries=most_entries, most_bytes=most_bytes))
    assert [size for batch in made for size in batch] == sizes
    assert all(0 < len(batch) <= most_entries for batch in made)
    assert all(sum(batch) <= most_bytes or len(batch) == 1 for batch in made)


def test_a_batch_is_filled_before_the_next_one_begins() -> None:
    made = list(batches([4, 4, 4, 9, 1], lambda size: size, most_entries=10, most_bytes=8))
    assert made == [[4, 4], [4], [9], [1]]
