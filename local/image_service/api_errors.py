"""The errors that the provider answers, with its statuses, headers and JSON bodies.

    ApiError
    ├── status 400  invalid_request_error (unknown, missing or malformed parameters)
    │               image_generation_user_error (a value that this model refuses; moderation)
    ├── status 401  invalid_api_key
    ├── status 404  model_not_found
    ├── status 429  rate_limit_exceeded, insufficient_quota
    └── status 5xx  server_error

Sources: the error table of the field notes; `openai._exceptions` for what a client reads.
"""

from collections.abc import Mapping
from types import MappingProxyType

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ApiError(Exception):
    """One error of the API: the endpoint that catches it answers `body` with `status` and `headers`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Keep the HTTP status and the four fields of the provider's error body."""
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


def unknown_parameter(name: str) -> ApiError:
    """Return the error for a parameter that the model does not take."""
    return ApiError(
        400, f"Unknown parameter: '{name}'.", kind="invalid_request_error", param=name, code="unknown_parameter"
    )


def missing_parameter(name: str) -> ApiError:
    """Return the error for a required parameter that is absent."""
    message = f"Missing required parameter: '{name}'."
    return ApiError(400, message, kind="invalid_request_error", param=name, code="missing_required_parameter")


def wrong_type(name: str, expected: str) -> ApiError:
    """Return the error for a parameter of the wrong JSON type."""
    message = f"Invalid type for '{name}': expected {expected}."
    return ApiError(400, message, kind="invalid_request_error", param=name, code="invalid_type")


def invalid_value(name: str, message: str, *, code: str = "invalid_value") -> ApiError:
    """Return the error for a value that this model does not accept (not for a moderation refusal)."""
    return ApiError(400, message, kind="image_generation_user_error", param=name, code=code)


def moderation_blocked() -> ApiError:
    """Return the error for a prompt that the safety system refuses."""
    message = "Your request was rejected by the safety system. If you believe this is an error, change the prompt."
    return ApiError(400, message, kind="image_generation_user_error", code="moderation_blocked")


def invalid_api_key() -> ApiError:
    """Return the error for a wrong key; unlike the real provider's, its message repeats no part of the key."""
    message = "Incorrect API key provided."
    return ApiError(401, message, kind="invalid_request_error", code="invalid_api_key")


def missing_api_key() -> ApiError:
    """Return the error for a request without a bearer token."""
    message = "You didn't provide an API key. Send it in the Authorization header as 'Bearer YOUR_KEY'."
    return ApiError(401, message, kind="invalid_request_error")


def model_not_found(model: str) -> ApiError:
    """Return the error for a model that never existed or was shut down."""
    message = f"The model '{model}' does not exist or you do not have access to it."
    return ApiError(404, message, kind="invalid_request_error", param="model", code="model_not_found")


def rate_limit_exceeded(limit: int, retry_after: float) -> ApiError:
    """Return the throttling error; `retry_after` is in seconds."""
    message = f"Rate limit reached for images per minute: Limit {limit}. Please try again in {retry_after:.3g}s."
    headers = {
        "retry-after": f"{retry_after:g}",
        "x-ratelimit-limit-images": str(limit),
        "x-ratelimit-remaining-images": "0",
        "x-ratelimit-reset-images": f"{retry_after:.3g}s",
    }
    return ApiError(429, message, kind="images", code="rate_limit_exceeded", headers=headers)


def out_of_money(code: str) -> ApiError:
    """Return the error for a spent quota; `code` is one of the provider's codes for it."""
    message = "You exceeded your current quota, please check your plan and billing details."
    status = 400 if code == "billing_hard_limit_reached" else 429
    return ApiError(status, message, kind="insufficient_quota", code=code)


def server_error(status: int) -> ApiError:
    """Return a failure of the provider itself."""
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(status, message, kind="server_error")
