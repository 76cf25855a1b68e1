from __future__ import annotations

import json
from datetime import date

from local.cli.models import models_document
from picturebook.catalogue import Catalogue, load_catalogue


def test_a_model_without_a_price_is_listed_with_its_price_unknown() -> None:
    spec = load_catalogue().spec("gpt-image-2").model_copy(update={"prices": None})
    document = json.loads(json.dumps(models_document(Catalogue({"gpt-image-2": spec}, {}), today=date(2026, 11, 24))))
    (listed,) = document["models"]
    assert set(listed["worst_cost_usd"].values()) == {"unknown"}
