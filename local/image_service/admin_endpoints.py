"""`/admin`: the bill, the traffic and the fault script. The real provider's API has no such paths."""

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.image_service.api_errors import ApiError
from local.image_service.endpoint import authenticate, service_of
from local.image_service.fault_rules import FaultRule

RULES = TypeAdapter(list[FaultRule])


async def show_billing(request: Request) -> Response:
    """Answer all billing records of pictures, and their sum in US$."""
    ledger = service_of(request).ledger
    return JSONResponse({"images": len(ledger.records), "usd": ledger.total_usd, "records": ledger.records})


async def show_stats(request: Request) -> Response:
    """Answer how many requests are in flight and were served, and how much text was billed and moderated."""
    service = service_of(request)
    traffic = service.traffic
    return JSONResponse(
        {
            "in_flight": traffic.in_flight,
            "most_in_flight": traffic.most_in_flight,
            "served": traffic.served,
            "images_billed": len(service.ledger.records),
            "chats_billed": len(service.text_bill.records),
            "chats_usd": service.text_bill.total_usd,
            "texts_moderated": service.text_bill.moderated,
        }
    )


async def script_faults(request: Request) -> Response:
    """GET lists the rules with their counts, POST replaces them by a list of rules, DELETE removes them."""
    faults = service_of(request).faults
    try:
        authenticate(request)
        if request.method == "POST":
            faults.replace(RULES.validate_json(await request.body()))
    except ApiError as error:
        return JSONResponse(error.body, status_code=error.status)
    except ValidationError as error:
        message = error.errors(include_url=False, include_context=False, include_input=False)
        return JSONResponse({"error": message}, status_code=400)
    if request.method == "DELETE":
        faults.replace([])
    return JSONResponse({"rules": faults.describe()})
