"""Translates every failure of a call through the openai package into an error of ours.

The table of causes is in docs/errors.md. These decide, in this order: whether the request was sent, the codes and types
in the answer, its status. The provider's message and body are not passed on: they may quote prompts and parts of keys.

`openai` is imported only after a call has failed. The import takes over a second; the code that made the client has
imported it already, and a function that only imports this module does not need it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from picturebook.adapters.openai_rate_limit import read_images_per_minute
from picturebook.adapters.openai_retry_after import read_retry_after
from picturebook.errors import (
    ErrorContext,
    ImageGenerationError,
    ImageProcessingError,
    OutcomeUnknownError,
    PicturebookError,
    PromptRefusedError,
    ProviderAccountError,
    ProviderThrottledError,
    ProviderUnavailableError,
    RequestRefusedError,
)

if TYPE_CHECKING:
    from openai import APIStatusError

Kind = TypeVar("Kind", bound=ImageGenerationError)

_MONEY_SIGNALS = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "project_spend_limit_exceeded",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
        "billing_not_active",
    }
)
_REFUSAL_SIGNALS = frozenset({"moderation_blocked", "content_policy_violation", "content_filter"})
_MISSING_MODEL = "model_not_found"
# A gateway answers with these when it stops waiting for the service behind it, which may continue to draw (RFC 9110;
# Cloudflare's 520 and 524; Azure answers 408 when its own operation took too long).
_UNKNOWN_STATUSES = frozenset({408, 504, 520, 524, 598, 599})
_ACCOUNT_STATUSES = {401: "key", 402: "money", 403: "permission", 404: "configuration"}
# httpx2's errors, by name, that only occur before a request was sent.
_NOT_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"})
# Errors of the JSON parser that the package does not translate, for a body of status 200.
_UNPARSEABLE = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)
# A code of the API. Any other text could quote a prompt or a key.
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,63}(\[[0-9]*\])?")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_VIOLATIONS = re.compile(r"safety_violations=\[([a-z_/, -]{1,200})\]")


@contextmanager
def translated_errors(source: str) -> Generator[None]:
    """Raise the error that `classify` returns for every exception of the block, except a cancellation."""
    try:
        yield
    except PicturebookError:
        raise
    except Exception as error:  # noqa: BLE001 - a fake or patched client may raise anything, and money may be spent
        cause = None if _quotes_the_answer(error) else error
        raise classify(error, source=source) from cause


def classify(error: Exception, *, source: str) -> PicturebookError:
    """Return our error for `error`, which a call of the openai package raised.

    `source` names the calling function. `details` hold `error` (the package's class), and if known
    `status`, `code`, `type`, `param`, `request_id`, `retry_after` (seconds), `images_per_minute` (of a 429),
    `problem` (of an account: money, key, permission, configuration) and `billed`.
    """
    import openai  # noqa: PLC0415 - see the module's docstring

    details: dict[str, object] = {"error": type(error).__name__}
    if isinstance(error, openai.APIStatusError):
        return _classify_status(error, source, details)
    if isinstance(error, (openai.APIResponseValidationError, *_UNPARSEABLE)):
        return unusable_answer("the answer could not be parsed", source=source, details=details)
    if isinstance(error, openai.APIConnectionError):
        details["cause"] = type(error.__cause__).__name__
        if details["cause"] in _NOT_SENT:
            return _error(ProviderUnavailableError, "The image service could not be reached", source, details)
    elif isinstance(error, openai.OpenAIError) and not isinstance(error, openai.APIError):
        details["problem"] = "configuration"
        return _error(ProviderAccountError, "The client could not send the request", source, details)
    return _error(OutcomeUnknownError, "No answer came, and the picture may have been billed", source, details)


def unusable_answer(
    problem: str,
    *,
    source: str,
    operation: str = "response_parsing",
    image_format: str = "unknown",
    details: dict[str, object] | None = None,
    billed: bool | None = True,
) -> ImageProcessingError:
    """Return the error for an answer of status 200 that cannot be used.

    Such an answer was billed; `billed` is None if that is unknown.
    """
    context = ErrorContext(source, severity=ImageProcessingError.default_severity)
    message = f"The image service's answer holds no usable result: {problem}"
    return ImageProcessingError(
        message,
        operation=operation,
        image_format=image_format,
        context=context,
        details={**(details or {}), "billed": billed},
    )


def _classify_status(error: APIStatusError, source: str, details: dict[str, object]) -> ImageGenerationError:
    signals = {str(signal).lower() for signal in (error.code, error.type) if signal}
    details.update(_answer_details(error))
    status = error.status_code
    if signals & _MONEY_SIGNALS:
        return _account_error("money", source, details)
    if signals & _REFUSAL_SIGNALS:
        if violations := _VIOLATIONS.search(error.message):
            details["safety_violations"] = violations.group(1)
        return _error(PromptRefusedError, "The image service's moderation refused the prompt", source, details)
    if _MISSING_MODEL in signals:
        return _account_error("configuration", source, details)
    if status in _ACCOUNT_STATUSES:
        return _account_error(_ACCOUNT_STATUSES[status], source, details)
    if status == 429:
        if limit := read_images_per_minute(error.response.headers):
            details["images_per_minute"] = limit
        return _error(ProviderThrottledError, "The image service asks for fewer requests", source, details)
    return _classify_by_status_alone(status, source, details)


def _classify_by_status_alone(status: int, source: str, details: dict[str, object]) -> ImageGenerationError:
    if status in _UNKNOWN_STATUSES:
        return _error(OutcomeUnknownError, f"A gateway gave up waiting (HTTP {status})", source, details)
    if status >= 500 or status == 409:  # the SDK counts 409 as a lock that was not obtained in time
        return _error(ProviderUnavailableError, f"The image service failed (HTTP {status})", source, details)
    if status < 400:  # a redirect that was not followed: the address is not the API's
        return _account_error("configuration", source, details)
    what = ", ".join(str(details[name]) for name in ("param", "code") if name in details) or f"HTTP {status}"
    return _error(RequestRefusedError, f"The image service does not take this request ({what})", source, details)


def _answer_details(error: APIStatusError) -> dict[str, object]:
    codes = {"code": error.code, "type": error.type, "param": error.param}
    found: dict[str, object] = {name: code for name, code in codes.items() if code and _CODE.fullmatch(str(code))}
    found["status"] = error.status_code
    if error.request_id and _REQUEST_ID.fullmatch(error.request_id):
        found["request_id"] = error.request_id
    retry_after = read_retry_after(error.response.headers) if error.status_code in (429, 503) else None
    if retry_after is not None:
        found["retry_after"] = retry_after
    return found


def _account_error(problem: str, source: str, details: dict[str, object]) -> ProviderAccountError:
    details["problem"] = problem
    return _error(ProviderAccountError, f"The image service refuses the account ({problem})", source, details)


def _error(kind: type[Kind], message: str, source: str, details: dict[str, object]) -> Kind:
    return kind(
        message,
        generation_step="api_call",
        context=ErrorContext(source, severity=kind.default_severity),
        details=details,
        retry_after=wait if isinstance(wait := details.get("retry_after"), float) else None,
    )


def _quotes_the_answer(error: Exception) -> bool:
    """Say whether a traceback of `error` would contain the provider's message."""
    import openai  # noqa: PLC0415 - see the module's docstring

    return isinstance(error, openai.APIStatusError)
