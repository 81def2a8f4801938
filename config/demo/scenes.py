"""The scenes that hero drawings show, by name."""

from collections.abc import Callable

from config.demo import landscapes, still_lifes
from config.demo.drawings import Canvas

WIDTH, HEIGHT = 1600, 900


def draw_scene(name: str, seed: int) -> bytes:
    """A hero picture of 1600 × 900 as JPEG. Raises KeyError for a scene that does not exist."""
    canvas = Canvas(WIDTH, HEIGHT, seed)
    SCENES[name](canvas)
    return canvas.as_jpeg()


SCENES: dict[str, Callable[[Canvas], None]] = {
    "moonlit hills": landscapes.moonlit_hills,
    "night hills": landscapes.night_hills,
    "slow hills": landscapes.slow_hills,
    "morning sun": landscapes.morning_sun,
    "low winter sun": landscapes.low_winter_sun,
    "white dunes": landscapes.white_dunes,
    "winding path": landscapes.winding_path,
    "slow waves": landscapes.slow_waves,
    "night waves": landscapes.night_waves,
    "still water": landscapes.still_water,
    "arc of hours": still_lifes.arc_of_hours,
    "warm cup": still_lifes.warm_cup,
    "afternoon leaves": still_lifes.afternoon_leaves,
    "grain field": still_lifes.grain_field,
    "citrus": still_lifes.citrus,
    "berries": still_lifes.berries,
    "rust stones": still_lifes.rust_stones,
    "balanced stones": still_lifes.balanced_stones,
    "ribbons": still_lifes.ribbons,
}
