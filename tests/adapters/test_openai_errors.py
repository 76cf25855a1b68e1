from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field

import httpx2
import pytest

from picturebook.adapters.openai_image_model import OpenAIImageModel
from picturebook.errors import (
    ErrorSeverity,
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
from picturebook.models.pictures import ImageRequest
from tests.image_generation.scripted_openai import KEY, Answer, ScriptedOpenAI, refusal

REQUEST = ImageRequest("gpt-image-2", "a secret story about Mira", "1024x1024", "medium")
USER_ERROR = "image_generation_user_error"


@dataclass(frozen=True)
class Case:
    """One row of the field notes' table."""

    name: str
    answer: Answer
    expected: type[PicturebookError]
    details: dict[str, object] = field(default_factory=dict)


def _money(code: str) -> Case:
    return Case(f"429 {code}", refusal(429, code), ProviderAccountError, {"problem": "money", "code": code})


CASES = [
    Case("DNS or connect error", httpx2.ConnectError("x"), ProviderUnavailableError, {"cause": "ConnectError"}),
    Case("connect timeout", httpx2.ConnectTimeout("x"), ProviderUnavailableError),
    Case("no free connection", httpx2.PoolTimeout("x"), ProviderUnavailableError),
    Case("proxy refuses", httpx2.ProxyError("x"), ProviderUnavailableError),
    Case("429 throttled", refusal(429, "rate_limit_exceeded", "requests"), ProviderThrottledError, {"status": 429}),
    Case("429 without a body", httpx2.Response(429), ProviderThrottledError),
    Case("429 type insufficient_quota", refusal(429, None, "insufficient_quota"), ProviderAccountError),
    _money("credit_balance_exhausted"),
    _money("project_spend_limit_exceeded"),
    _money("organization_spend_limit_exceeded"),
    _money("organization_usage_limit_exceeded"),
    Case("400 hard limit", refusal(400, "billing_hard_limit_reached"), ProviderAccountError, {"problem": "money"}),
    Case("402", httpx2.Response(402), ProviderAccountError, {"problem": "money"}),
    Case("400 moderation", refusal(400, "moderation_blocked", USER_ERROR), PromptRefusedError, {"status": 400}),
    Case("400 older moderation", refusal(400, "content_policy_violation"), PromptRefusedError),
    Case("400 invalid value", refusal(400, "invalid_value", USER_ERROR), RequestRefusedError),
    Case("400 bad reference", refusal(400, "invalid_image_file", USER_ERROR), RequestRefusedError),
    Case("400 fidelity", refusal(400, "invalid_input_fidelity_model", USER_ERROR), RequestRefusedError),
    Case("413", httpx2.Response(413, html="<h1>Too large</h1>"), RequestRefusedError),
    Case("401", refusal(401, "invalid_api_key"), ProviderAccountError, {"problem": "key"}),
    Case("403", refusal(403), ProviderAccountError, {"problem": "permission"}),
    Case("404 model", refusal(404, "model_not_found"), ProviderAccountError, {"problem": "configuration"}),
    Case("400 model, as gateways say it", refusal(400, "model_not_found"), ProviderAccountError),
    Case("404 address", httpx2.Response(404, html="nothing here"), ProviderAccountError),
    Case("302", httpx2.Response(302), ProviderAccountError, {"problem": "configuration"}),
    Case("409", httpx2.Response(409), ProviderUnavailableError),
    Case("500", httpx2.Response(500), ProviderUnavailableError, {"status": 500}),
    Case("502", httpx2.Response(502, html="<h1>Bad gateway</h1>"), ProviderUnavailableError),
    Case("503", httpx2.Response(503), ProviderUnavailableError),
    Case("529", httpx2.Response(529), ProviderUnavailableError),
    Case("408", httpx2.Response(408), OutcomeUnknownError),
    Case("504", httpx2.Response(504), OutcomeUnknownError, {"status": 504}),
    Case("524", httpx2.Response(524), OutcomeUnknownError),
    Case("read timeout", httpx2.ReadTimeout("x"), OutcomeUnknownError, {"cause": "ReadTimeout"}),
    Case("write timeout", httpx2.WriteTimeout("x"), OutcomeUnknownError),
    Case("reset while reading", httpx2.ReadError("x"), OutcomeUnknownError),
    Case("disconnect without an answer", httpx2.RemoteProtocolError("x"), OutcomeUnknownError),
    Case("an error that no library documents", RuntimeError("x"), OutcomeUnknownError, {"error": "RuntimeError"}),
    Case("200 with HTML", httpx2.Response(200, html="<h1>Hello</h1>"), ImageProcessingError, {"billed": True}),
    Case("200 with broken JSON", httpx2.Response(200, text="{", headers={"content-type": "application/json"}),
         ImageProcessingError, {"billed": True}),
    Case("200 with another type", httpx2.Response(200, json=[1]), ImageProcessingError, {"billed": True}),
    Case("200 with null", httpx2.Response(200, json=None), ImageProcessingError, {"billed": True}),
    Case("200 without data", httpx2.Response(200, json={}), ImageProcessingError, {"billed": True}),
    Case("200 with data: []", httpx2.Response(200, json={"data": []}), ImageProcessingError, {"billed": True}),
    Case("200 with a hollow picture", httpx2.Response(200, json={"data": [{}]}), ImageProcessingError),
    Case("200 with invalid base64", httpx2.Response(200, json={"data": [{"b64_json": "%%"}]}), ImageProcessingError),
    Case("200 with a stray letter", httpx2.Response(200, json={"data": [{"b64_json": "aG!k="}]}), ImageProcessingError),
    Case("200 with base64 cut off", httpx2.Response(200, json={"data": [{"b64_json": "aGVsb"}]}), ImageProcessingError),
    Case("200 with empty base64", httpx2.Response(200, json={"data": [{"b64_json": ""}]}), ImageProcessingError),
    Case("200 with a number", httpx2.Response(200, json={"data": [{"b64_json": 3}]}), ImageProcessingError),
    Case("200 with a hostile address", httpx2.Response(200, json={"data": [{"url": "file:///etc/passwd"}]}),
         ImageProcessingError, {"billed": True}),
]  # fmt: skip


async def _failure(answer: Answer) -> PicturebookError:
    with pytest.raises(PicturebookError) as caught:
        await OpenAIImageModel(ScriptedOpenAI(answer).client).draw(REQUEST, timeout_seconds=60)
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_failure_has_its_class(case: Case) -> None:
    error = await _failure(case.answer)

    assert type(error) is case.expected
    assert case.details.items() <= error.details.items()
    assert error.context.source == "openai_image_model.draw"
    assert error.context.severity is case.expected.default_severity


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_failed_request_is_sent_once(case: Case) -> None:
    scripted = ScriptedOpenAI(case.answer)

    with pytest.raises(PicturebookError):
        await OpenAIImageModel(scripted.client).draw(REQUEST, timeout_seconds=60)

    assert len(scripted.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 504])
async def test_nothing_that_the_provider_wrote_reaches_the_log(status: int, caplog: pytest.LogCaptureFixture) -> None:
    wrote = f"Incorrect API key provided: {KEY}. Your prompt was: {REQUEST.prompt}"
    error = await _failure(refusal(status, code=KEY, kind=REQUEST.prompt, message=wrote))

    with caplog.at_level(logging.DEBUG):
        error.log_to(logging.getLogger("test"))
    output = "".join(traceback.format_exception(error)) + caplog.text + repr(error.details)

    assert KEY not in output
    assert REQUEST.prompt not in output


async def test_details_carry_status_code_type_and_request_id() -> None:
    error = await _failure(refusal(400, "invalid_value", USER_ERROR, headers={"x-request-id": "req_7"}))

    assert error.details == {
        "error": "BadRequestError",
        "status": 400,
        "code": "invalid_value",
        "type": USER_ERROR,
        "request_id": "req_7",
    }
    assert isinstance(error, ImageGenerationError)
    assert error.generation_step == "api_call"


async def test_a_refusal_says_which_rule_it_broke() -> None:
    message = "Your request was rejected by the safety system. safety_violations=[violence]."

    error = await _failure(refusal(400, "moderation_blocked", USER_ERROR, message=message))

    assert error.details["safety_violations"] == "violence"


async def test_a_throttled_call_says_how_long_to_wait() -> None:
    error = await _failure(refusal(429, "rate_limit_exceeded", headers={"retry-after": "12"}))

    assert isinstance(error, ProviderThrottledError)
    assert error.retry_after == 12.0


async def test_a_throttled_call_without_headers_names_no_wait() -> None:
    error = await _failure(refusal(429, "rate_limit_exceeded"))

    assert isinstance(error, ProviderThrottledError)
    assert error.retry_after is None


async def test_a_failing_service_may_say_when_it_is_back() -> None:
    error = await _failure(httpx2.Response(503, headers={"retry-after": "30"}))

    assert isinstance(error, ProviderUnavailableError)
    assert (error.details["retry_after"], error.retry_after) == (30.0, 30.0)


async def test_a_refused_account_is_a_critical_error() -> None:
    error = await _failure(refusal(401, "invalid_api_key"))

    assert error.context.severity is ErrorSeverity.CRITICAL


async def test_a_client_that_cannot_build_the_request_sends_nothing() -> None:
    scripted = ScriptedOpenAI(refusal(500))
    scripted.client.api_key = ""

    with pytest.raises(ProviderAccountError) as caught:
        await OpenAIImageModel(scripted.client).draw(REQUEST, timeout_seconds=60)

    assert caught.value.details["problem"] == "configuration"
    assert scripted.requests == []
