"""The public API's warnings, by category, so that a caller can turn each into an error or ignore it."""

from __future__ import annotations


class ModelReplacedWarning(UserWarning):
    """A retired or retiring model was requested, and its replacement draws."""


class ParameterReplacedWarning(UserWarning):
    """A parameter that the model does not take was replaced."""


class PromptNotEnhancedWarning(UserWarning):
    """The chat model could not enhance a prompt, and the base prompt is used."""
