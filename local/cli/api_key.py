"""The API key of the real image service, which a command takes out of its environment before it starts a process."""

from __future__ import annotations

from collections.abc import MutableMapping

API_KEY = "OPENAI_API_KEY"


def take_key(environment: MutableMapping[str, str]) -> str | None:
    """Remove the API key from the environment and return it; None if it is missing or empty.

    No process that the command starts can then see the key.
    """
    return environment.pop(API_KEY, None) or None
