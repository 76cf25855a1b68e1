"""The light of a scene: how the hour and the weather change every colour."""

from dataclasses import dataclass, replace

from sketch_artist.colours import Colour, mix, multiply


@dataclass(frozen=True)
class Light:
    """The light of one hour.

    `sky` holds its colours from top to horizon, `haze` is mixed into distant things, `ambient` tints everything, and
    `glow` is the colour of lamps and of the sun.
    """

    sky: tuple[Colour, Colour, Colour]
    haze: Colour
    ambient: Colour
    glow: Colour
    dark: bool = False

    def on(self, colour: Colour, depth: float = 0.0) -> Colour:
        """Return the colour in this light; `depth` 0 is near, 1 is lost in haze."""
        return mix(multiply(colour, self.ambient), self.haze, depth)

    def on_figure(self, colour: Colour) -> Colour:
        """Return the colour in this light, on a character: characters keep most of their own colour in any light."""
        return mix(colour, multiply(colour, self.ambient), 0.45)


HOURS = {
    "day": Light(
        ((112, 186, 224), (170, 216, 232), (240, 240, 220)), (222, 236, 232), (255, 255, 252), (255, 246, 206)
    ),
    "dawn": Light(
        ((146, 178, 216), (244, 200, 190), (255, 228, 184)), (250, 222, 204), (255, 240, 228), (255, 240, 190)
    ),
    "sunset": Light(
        ((118, 104, 166), (240, 146, 120), (255, 206, 130)), (246, 188, 150), (255, 222, 200), (255, 214, 130)
    ),
    "night": Light(
        ((26, 32, 74), (48, 62, 118), (96, 106, 158)), (84, 98, 152), (140, 150, 208), (255, 226, 140), dark=True
    ),
}


def light_of(time: str, weather: str) -> Light:
    """Return the light of `time` (a key of `HOURS`) in `weather`; raises `KeyError` for another time."""
    light = HOURS[time]
    if weather == "rain":
        return _veiled(light, (128, 144, 164), 0.5)
    if weather == "fog":
        return replace(_veiled(light, (206, 214, 216), 0.45), haze=mix(light.haze, (226, 230, 230), 0.6))
    if weather == "snow":
        return _veiled(light, (206, 220, 236), 0.3)
    if weather == "autumn" and time == "day":
        return _veiled(light, (250, 224, 178), 0.4)
    return light


def _veiled(light: Light, veil: Colour, share: float) -> Light:
    share = share * 0.55 if light.dark else share
    top, middle, low = (mix(colour, veil, share) for colour in light.sky)
    return replace(light, sky=(top, middle, low), haze=mix(light.haze, veil, share))
