"""Asks the person before real money is spent. Nothing can be bought without the key that this returns."""

from __future__ import annotations

from collections.abc import Callable

from local.cli.api_key import API_KEY
from local.cli.estimates.estimate_sentences import further_takes, sum_sentence
from local.cli.exit_status import BadInputError, CommandFailedError
from picturebook.planning import Estimate

Ask = Callable[[str], bool]


def consented_key(
    estimate: Estimate, key: str | None, *, yes: bool, can_ask: bool, ask: Ask, print_line: Callable[[str], None]
) -> str:
    """Print the estimate, ask the person, and return the key that may now be used.

    With `yes` the person is not asked. Raises BadInputError if there is no key, or if `can_ask` is false and `yes` too;
    CommandFailedError if the answer is no.
    """
    if not key:
        raise BadInputError(f"--live needs an API key in {API_KEY}.", field=API_KEY, accepted="the key of an account")
    for sentence in (sum_sentence(estimate), *further_takes(estimate)):
        print_line(sentence)
    if yes:
        return key
    if not can_ask:
        raise BadInputError(
            "Real pictures cost money, and this is not a terminal, so the question cannot be answered.\n"
            "  accepted: --yes",
            field="--yes",
        )
    if not ask("Buy these pictures?"):
        raise CommandFailedError("Nothing was bought.")
    return key
