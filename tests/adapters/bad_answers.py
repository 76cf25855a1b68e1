"""Every kind of invalid answer that the embedded image service can give, and which check finds it."""

from __future__ import annotations

from local.image_service.fault_rules import FaultRule

IMAGES = "/v1/images/"
# The rule, the operation that finds it, and whether the answer has token counts.
BAD_ANSWERS = [
    (FaultRule(action="html", status=200, billed=True, path=IMAGES), "response_parsing", False),
    (FaultRule(action="empty_data", path=IMAGES), "url_extraction", False),
    (FaultRule(action="rubbish_base64", path=IMAGES), "base64_decoding", False),
    (FaultRule(action="error_in_200", path=IMAGES), "url_extraction", False),
    (FaultRule(action="endless_answer", path=IMAGES), "response_parsing", False),
    (FaultRule(action="truncated_image", path=IMAGES), "decode", True),
    (FaultRule(action="polyglot_image", path=IMAGES), "polyglot_check", True),
    (FaultRule(action="swelling_image", path=IMAGES), "bomb_check", True),
    (FaultRule(action="huge_image", path=IMAGES), "size_check", True),
    (FaultRule(action="gif_image", path=IMAGES), "format_check", True),
]
NAMES = [rule.action for rule, _, _ in BAD_ANSWERS]
