"""Draws the demonstration's pictures: the same seed gives the same picture, on any machine."""

import math
import random
from collections.abc import Iterable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

# One limited palette holds the magazine together.
CREAM, SAND, OCHRE, AMBER = "#f8ecd6", "#eed3a6", "#dda848", "#e9bd6b"
TERRACOTTA, RUST, ROSE, PLUM = "#cb6a42", "#9e452b", "#e5ab8f", "#6f3a46"
SAGE, MOSS, FOREST = "#a9b894", "#6d8a66", "#3f6153"
MIST, TEAL, NIGHT, INK = "#c9d6d2", "#35606b", "#243f54", "#172a3a"

SMOOTHING = 2  # drawn at twice the size and reduced: that is what makes edges smooth

Point = tuple[float, float]


class Canvas:
    """A picture in units of its final pixels, with a random generator of its own."""

    def __init__(self, width: int, height: int, seed: int, background: str = CREAM) -> None:
        self.width, self.height = width, height
        self.random = random.Random(seed)  # noqa: S311 - a drawing, not a secret
        self.image = Image.new("RGB", (width * SMOOTHING, height * SMOOTHING), background)
        self.pen = ImageDraw.Draw(self.image)

    def sky(self, top: str, bottom: str) -> None:
        """An even change of colour from top to bottom."""
        fade = Image.linear_gradient("L").resize((1, self.image.height))
        upper, lower = (Image.new("RGB", fade.size, colour) for colour in (top, bottom))
        self.image.paste(Image.composite(lower, upper, fade).resize(self.image.size))

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        box = [(v * SMOOTHING) for v in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(box, fill=colour)

    def ring(self, x: float, y: float, radius: float, width: float, colour: str) -> None:
        box = [(v * SMOOTHING) for v in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(box, outline=colour, width=round(width * SMOOTHING))

    def oval(self, x: float, y: float, across: float, down: float, colour: str) -> None:
        box = [(v * SMOOTHING) for v in (x - across, y - down, x + across, y + down)]
        self.pen.ellipse(box, fill=colour)

    def polygon(self, points: Iterable[Point], colour: str) -> None:
        self.pen.polygon([(x * SMOOTHING, y * SMOOTHING) for x, y in points], fill=colour)

    def line(self, points: Iterable[Point], width: float, colour: str) -> None:
        scaled = [(x * SMOOTHING, y * SMOOTHING) for x, y in points]
        self.pen.line(scaled, fill=colour, width=round(width * SMOOTHING), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: str, around: str) -> None:
        """A disc in a few ever paler rings."""
        for step in (4, 3, 2, 1):
            self.disc(x, y, radius * (1 + step * 0.22), mix(around, colour, 0.34 - step * 0.07))
        self.disc(x, y, radius, colour)

    def ridge(self, height: float, swell: float, colour: str) -> list[Point]:
        """Land from an uneven line at `height` down to the lower edge; returns the line."""
        waves = [
            (swell / (n + 1), self.random.uniform(0.8, 1.4) * (n + 1), self.random.uniform(0, 7))
            for n in range(3)
        ]
        line: list[Point] = []
        for x in range(-8, self.width + 9, 8):
            turn = x / self.width * math.tau
            swing = sum(size * math.sin(turn * often + start) for size, often, start in waves)
            line.append((x, height + swing))
        self.polygon([*line, (self.width + 8, self.height), (-8, self.height)], colour)
        return line

    def leaf(self, x: float, y: float, length: float, angle: float, colour: str) -> None:
        """A pointed leaf with its midrib, growing from (x, y)."""
        half = [(t / 16, math.sin(math.pi * t / 16) ** 0.9 * 0.21) for t in range(17)]
        outline = half + [(along, -across) for along, across in reversed(half)]
        self.polygon([turned(x, y, length, angle, point) for point in outline], colour)
        rib = [turned(x, y, length, angle, (t / 8 * 0.9, 0)) for t in range(9)]
        self.line(rib, max(2, length / 90), mix(colour, CREAM, 0.35))

    def stone(self, x: float, y: float, across: float, down: float, colour: str) -> None:
        """A pebble: a rounded shape between an oval and a box, slightly tilted."""
        tilt = self.random.uniform(-0.06, 0.06)
        self.polygon(_pebble(x, y, across, down, tilt), colour)
        light = mix(colour, CREAM, 0.22)
        self.polygon(
            _pebble(x - across * 0.1, y - down * 0.24, across * 0.72, down * 0.5, tilt), light
        )

    def stars(self, number: int, below: float, colour: str) -> None:
        for _ in range(number):
            x, y = self.random.uniform(0, self.width), self.random.uniform(0, below)
            self.disc(x, y, self.random.choice((1.5, 2, 3)), colour)

    def as_jpeg(self) -> bytes:
        output = BytesIO()
        self.image.reduce(SMOOTHING).save(output, "JPEG", quality=84, progressive=True)
        return output.getvalue()


def mix(first: str, second: str, share: float) -> str:
    """The colour that lies `share` (0 to 1) of the way from the first to the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def turned(x: float, y: float, length: float, angle: float, point: Point) -> Point:
    """A point of a unit shape: scaled to `length`, turned by `angle` (radians), moved to x, y."""
    along, across = point[0] * length, point[1] * length
    cos, sin = math.cos(angle), math.sin(angle)
    return x + along * cos - across * sin, y + along * sin + across * cos


def rounded(corners: Sequence[Point]) -> list[Point]:
    """A closed outline with its corners cut off three times over (Chaikin's curve)."""
    points = list(corners)
    for _ in range(3):
        following = [*points[1:], points[0]]
        points = [
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in zip(points, following, strict=True)
            for share in (0.25, 0.75)
        ]
    return points


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))


def _pebble(x: float, y: float, across: float, down: float, tilt: float) -> list[Point]:
    points = []
    for step in range(72):
        angle = step * math.tau / 72
        cos, sin = math.cos(angle), math.sin(angle)
        shape = (math.copysign(abs(cos) ** 0.8, cos), math.copysign(abs(sin) ** 0.8, sin))
        points.append(turned(x, y, 1, tilt, (shape[0] * across, shape[1] * down)))
    return points
