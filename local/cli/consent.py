"""Asks before real money is spent. Without a yes there is no key, and without a key nothing can be bought."""

from __future__ import annotations

from collections.abc import Callable

from local.cli.composition import API_KEY
from local.cli.estimate_words import further_takes, sum_sentence
from local.cli.exit_status import BadInputError, CommandFailedError
from picturebook.planning import Estimate

Ask = Callable[[str], bool]


def consented_key(
    estimate: Estimate, key: str | None, *, yes: bool, can_ask: bool, ask: Ask, tell: Callable[[str], None]
) -> str:
    """Return the key that may now be used.

    Shows the estimate, then asks, unless `yes` says that was done. Raises BadInputError when there is no key or nobody
    to ask, CommandFailedError when the answer is no.
    """
    if not key:
        raise BadInputError(f"--live needs an API key in {API_KEY}.", field=API_KEY, accepted="the key of an account")
    for sentence in (sum_sentence(estimate), *further_takes(estimate)):
        tell(sentence)
    if yes:
        return key
    if not can_ask:
        raise BadInputError(
            "Real pictures cost money, and there is nobody to ask here.\n  accepted: --yes", field="--yes"
        )
    if not ask("Buy these pictures?"):
        raise CommandFailedError("Nothing was bought.")
    return key
