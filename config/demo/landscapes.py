"""Hero drawings of land and water."""

import math

from config.demo.drawings import (
    AMBER,
    CREAM,
    FOREST,
    INK,
    MIST,
    MOSS,
    NIGHT,
    OCHRE,
    PLUM,
    ROSE,
    RUST,
    SAGE,
    SAND,
    TEAL,
    TERRACOTTA,
    Canvas,
    Point,
    mix,
)


def _hills(canvas: Canvas, colours: list[str], first: float, swell: float = 70) -> None:
    """Ranges from the far one at `first` to the near one, each lower than the last."""
    step = (canvas.height - first) / len(colours)
    for number, colour in enumerate(colours):
        canvas.ridge(first + number * step, swell * (1 + number * 0.15), colour)


def moonlit_hills(canvas: Canvas) -> None:
    canvas.sky(INK, mix(TEAL, ROSE, 0.35))
    canvas.stars(70, 420, mix(NIGHT, CREAM, 0.6))
    canvas.glow(1130, 270, 120, CREAM, mix(NIGHT, TEAL, 0.4))
    _hills(canvas, [mix(TEAL, MIST, 0.25), TEAL, mix(TEAL, NIGHT, 0.6), NIGHT, INK], 470)


def night_hills(canvas: Canvas) -> None:
    canvas.sky(INK, mix(NIGHT, PLUM, 0.5))
    canvas.stars(110, 480, mix(NIGHT, CREAM, 0.7))
    _hills(canvas, [mix(NIGHT, PLUM, 0.6), mix(NIGHT, TEAL, 0.4), NIGHT, INK], 520, 60)
    canvas.polygon([(1010, 700), (1090, 640), (1170, 700), (1170, 790), (1010, 790)], INK)
    canvas.polygon([(1066, 706), (1112, 706), (1112, 752), (1066, 752)], AMBER)


def slow_hills(canvas: Canvas) -> None:
    canvas.sky(CREAM, SAND)
    canvas.disc(420, 230, 105, mix(SAND, TERRACOTTA, 0.45))
    _hills(
        canvas,
        [mix(ROSE, SAND, 0.5), ROSE, mix(ROSE, TERRACOTTA, 0.6), TERRACOTTA, MOSS, FOREST],
        370,
        85,
    )


def morning_sun(canvas: Canvas) -> None:
    canvas.sky(mix(CREAM, AMBER, 0.25), mix(CREAM, ROSE, 0.5))
    canvas.glow(800, 430, 190, mix(OCHRE, TERRACOTTA, 0.45), mix(CREAM, ROSE, 0.3))
    _hills(canvas, [mix(SAND, ROSE, 0.4), SAGE, MOSS, mix(MOSS, TEAL, 0.5), TEAL], 500, 60)


def low_winter_sun(canvas: Canvas) -> None:
    canvas.sky(mix(MIST, TEAL, 0.25), mix(CREAM, ROSE, 0.35))
    canvas.glow(1180, 400, 84, mix(CREAM, AMBER, 0.6), mix(CREAM, ROSE, 0.25))
    canvas.ridge(510, 40, mix(MIST, TEAL, 0.4))
    line = canvas.ridge(570, 30, mix(MIST, CREAM, 0.45))
    for x, y in line[2::3]:
        tall = canvas.random.uniform(26, 96) * (1.25 if x < 700 else 0.7)
        tree = [(x - tall / 4, y + 14), (x, y - tall), (x + tall / 4, y + 14)]
        canvas.polygon(tree, mix(TEAL, INK, 0.35))
    _hills(canvas, [mix(MIST, CREAM, 0.7), mix(CREAM, MIST, 0.25), CREAM], 640, 50)


def _fir_trees(canvas: Canvas, line: list[Point], colour: str) -> None:
    for x, y in line[2::3]:
        tall = canvas.random.uniform(26, 96) * (1.25 if x < 700 else 0.7)
        canvas.polygon([(x - tall / 4, y + 14), (x, y - tall), (x + tall / 4, y + 14)], colour)


def white_dunes(canvas: Canvas) -> None:
    canvas.sky(mix(AMBER, TERRACOTTA, 0.35), mix(CREAM, SAND, 0.5))
    canvas.disc(1240, 210, 66, CREAM)
    for number, height in enumerate((430, 540, 660, 790)):
        crest = canvas.random.uniform(300, 1300)
        light = mix(SAND, CREAM, 0.35 + number * 0.2)
        top = height - 130
        left = _curve((-200, height + 90), (crest - 240, height + 70), (crest, top))
        right = _curve((crest, top), (crest + 160, height + 20), (1900, height + 150))
        canvas.polygon([*left, *right, (1900, 1000), (-200, 1000)], light)
        # The slope in the shade, right of the crest.
        inner = _curve((crest, top), (crest - 90, height + 90), (crest + 260, 1000))
        canvas.polygon([*inner, (1900, 1000), *reversed(right)], mix(light, RUST, 0.2))


def _curve(start: Point, bend: Point, end: Point) -> list[Point]:
    """A quadratic Bézier curve in 40 steps."""
    points = []
    for step in range(41):
        t = step / 40
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        x = a * start[0] + b * bend[0] + c * end[0]
        points.append((x, a * start[1] + b * bend[1] + c * end[1]))
    return points


def winding_path(canvas: Canvas) -> None:
    canvas.sky(mix(MIST, CREAM, 0.5), CREAM)
    canvas.disc(1190, 230, 88, AMBER)
    _hills(canvas, [mix(SAGE, MIST, 0.5), SAGE], 380, 55)
    canvas.ridge(500, 40, OCHRE)
    canvas.ridge(560, 30, MOSS)
    left, right = [], []
    for step in range(101):
        t = step / 100
        y = 556 + t**1.3 * 360
        middle = 900 + math.sin(t * 6.4) * (40 + 330 * t) - t * 180
        half = 5 + t**1.6 * 150
        left.append((middle - half, y))
        right.append((middle + half, y))
    canvas.polygon([*left, *reversed(right)], mix(CREAM, SAND, 0.4))
    canvas.ridge(840, 40, FOREST)


def _waves(canvas: Canvas, colours: list[str], first: float) -> None:
    """Rows of overlapping swells, with a pale line along the top of each."""
    gap = (canvas.height - first) / len(colours)
    for number, colour in enumerate(colours):
        shift = canvas.random.uniform(0, 300)
        height, width = first + number * gap, 150 + number * 26
        line = [
            (x, height - abs(math.sin((x + shift) / width * math.pi / 2)) ** 1.4 * width * 0.3)
            for x in range(-10, canvas.width + 20, 5)
        ]
        canvas.polygon([*line, (canvas.width + 20, canvas.height), (-10, canvas.height)], colour)
        canvas.line([(x, y + 16) for x, y in line], 3, mix(colour, CREAM, 0.3))


def slow_waves(canvas: Canvas) -> None:
    canvas.sky(mix(PLUM, NIGHT, 0.45), ROSE)
    canvas.disc(1230, 210, 62, CREAM)
    dusk = [mix(ROSE, TEAL, t) for t in (0.35, 0.6, 0.85)]
    _waves(canvas, [*dusk, TEAL, mix(TEAL, NIGHT, 0.6), NIGHT], 420)


def night_waves(canvas: Canvas) -> None:
    canvas.sky(INK, NIGHT)
    canvas.stars(120, 380, mix(NIGHT, CREAM, 0.75))
    canvas.disc(390, 220, 84, AMBER)
    canvas.disc(424, 200, 78, mix(INK, NIGHT, 0.24))
    _waves(canvas, [mix(TEAL, NIGHT, t) for t in (0.1, 0.35, 0.6, 0.85)] + [INK], 460)


def still_water(canvas: Canvas) -> None:
    canvas.sky(mix(MIST, TEAL, 0.15), mix(TEAL, MIST, 0.35))
    for x, y, size in ((560, 520, 330), (1180, 330, 190)):
        for step in range(5, 0, -1):
            shade = mix(TEAL, MIST, 0.25 + step * 0.1)
            canvas.oval(x, y, size * step / 4, size * step / 9, shade)
        canvas.oval(x, y, size * 0.12, size * 0.055, CREAM)
    shore = canvas.ridge(800, 36, SAND)
    canvas.line([(x, y - 8) for x, y in shore], 8, CREAM)
    for x, tall in ((150, 330), (196, 400), (240, 290), (1440, 300), (1490, 210)):
        canvas.leaf(x, 880, tall, -math.pi / 2 + canvas.random.uniform(-0.2, 0.2), FOREST)
