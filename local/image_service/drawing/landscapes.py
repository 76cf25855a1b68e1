"""The outdoor places by name, each built from far to near."""

from local.image_service.drawing.open_country import OPEN_COUNTRY
from local.image_service.drawing.settlements import SETTLEMENTS
from local.image_service.drawing.waters import WATERS

LANDSCAPES = {**OPEN_COUNTRY, **SETTLEMENTS, **WATERS}
