"""Validates a chat request as strictly as the provider does, parameter by parameter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.image_service.api_errors import ApiError, missing_parameter, unknown_parameter, wrong_type
from local.image_service.prompt_enrichment import last_user_message
from local.image_service.provider_models import require_text_model
from local.image_service.strict_schema import schema_problem

# The parameters of openai 3.54.0's `chat.completions.create` that do not change the answer of this service.
WITHOUT_EFFECT = frozenset(
    {
        *("frequency_penalty", "logit_bias", "logprobs", "metadata", "modalities", "presence_penalty", "prediction"),
        *("prompt_cache_key", "reasoning_effort", "safety_identifier", "seed", "service_tier", "stop", "store"),
        *("temperature", "top_logprobs", "top_p", "user", "verbosity", "n", "stream"),
    }
)
UNDERSTOOD = frozenset({"model", "messages", "response_format", "max_completion_tokens", "max_tokens"})
ROLES = ("system", "developer", "user", "assistant")
# Only these models accept `max_tokens`; reasoning models accept `max_completion_tokens` alone.
_OLDER_BOUND = ("gpt-4", "chatgpt-4")
_FORM_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class ChatRequest:
    """A valid request.

    `message` is the last user message, `sent` all text that counts as input tokens. `schema` is None for a plain text
    answer, `most_tokens_out` None for an answer of any length.
    """

    model: str
    message: str
    sent: str
    schema: Mapping[str, Any] | None
    most_tokens_out: int | None


def validate_chat_request(body: Mapping[str, Any]) -> ChatRequest:
    """Return the valid request; raises `ApiError` for the first parameter that the provider would refuse.

    A field whose value is null counts as absent.
    """
    given = {name: value for name, value in body.items() if value is not None}
    for name in given:
        if name not in UNDERSTOOD | WITHOUT_EFFECT:
            raise unknown_parameter(name)
    for name in ("model", "messages"):
        if name not in given:
            raise missing_parameter(name)
    require_text_model(str(given["model"]))
    if given.get("stream") or given.get("n", 1) != 1:
        name = "stream" if given.get("stream") else "n"
        raise _unsupported(name, "This service gives one answer, whole: leave 'stream' and 'n' out.")
    message = _message(given["messages"])
    schema = _schema(given.get("response_format"))
    sent = f"{given['messages']}{schema or ''}"
    return ChatRequest(str(given["model"]), message, sent, schema, _most_tokens(given))


def _message(messages: object) -> str:
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise wrong_type("messages", "an array of objects")
    for number, message in enumerate(messages):
        if message.get("role") not in ROLES:
            raise _unsupported(f"messages[{number}].role", f"Supported values are: {', '.join(ROLES)}.")
    text = last_user_message(messages)
    if not text.strip():
        raise no_user_message("messages")
    return text


def no_user_message(source: str) -> ApiError:
    """Return the error for a request whose parameter `source` holds no user message with text."""
    text = f"'{source}' must hold a user message with text."
    return ApiError(400, text, kind="invalid_request_error", param=source, code="invalid_value")


def _schema(form: Any) -> Mapping[str, Any] | None:
    """Return the schema of a structured answer, None for plain text; raises `ApiError` for any other format."""
    if form is None or form == {"type": "text"}:
        return None
    described = form.get("json_schema") if isinstance(form, dict) and form.get("type") == "json_schema" else None
    if not isinstance(described, dict):
        raise _unsupported("response_format", "This service answers 'text' and 'json_schema'.")
    if not _FORM_NAME.fullmatch(str(described.get("name", ""))):
        raise _unsupported("response_format.json_schema.name", "Expected 1 to 64 of a-z, A-Z, 0-9, '_' and '-'.")
    extra = sorted(set(described) - {"name", "description", "schema", "strict"})
    if extra:
        raise unknown_parameter(f"response_format.json_schema.{extra[0]}")
    problem = schema_problem(described.get("schema"))
    if described.get("strict") is not True:
        problem = "'strict' must be true: this service answers no other schemas"
    if problem:
        message = f"Invalid schema for response_format '{described['name']}': {problem}."
        raise ApiError(400, message, kind="invalid_request_error", param="response_format", code="invalid_json_schema")
    schema: Mapping[str, Any] = described["schema"]
    return schema


def _most_tokens(given: Mapping[str, Any]) -> int | None:
    name = "max_completion_tokens"
    if "max_tokens" in given:
        name = "max_tokens"
        if not str(given["model"]).startswith(_OLDER_BOUND):
            raise _unsupported(name, "It is not supported with this model. Use 'max_completion_tokens' instead.")
    most = given.get(name)
    if most is None:
        return None
    if not isinstance(most, int) or isinstance(most, bool):
        raise wrong_type(name, "an integer")
    if most < 1:
        raise _unsupported(name, f"Expected a value of at least 1, got {most}.")
    return most


def _unsupported(name: str, message: str) -> ApiError:
    text = f"Unsupported value: '{name}'. {message}"
    return ApiError(400, text, kind="invalid_request_error", param=name, code="unsupported_value")
