"""The outdoor places by name, each built from far to near."""

from sketch_artist.scenery.open_country import OPEN_COUNTRY
from sketch_artist.scenery.settlements import SETTLEMENTS
from sketch_artist.scenery.waters import WATERS

LANDSCAPES = {**OPEN_COUNTRY, **SETTLEMENTS, **WATERS}
