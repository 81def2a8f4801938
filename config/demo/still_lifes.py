"""Hero drawings of things seen from near by."""

import math

from config.demo.drawings import (
    AMBER,
    CREAM,
    FOREST,
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
    mix,
    turned,
)


def arc_of_hours(canvas: Canvas) -> None:
    canvas.sky(CREAM, mix(CREAM, ROSE, 0.4))
    bands = [mix(CREAM, AMBER, 0.5), AMBER, OCHRE, mix(OCHRE, TERRACOTTA, 0.6)]
    bands += [TERRACOTTA, RUST, PLUM]
    for number, colour in enumerate(bands):
        canvas.disc(800, 700, 590 - number * 78, colour)
    canvas.polygon(
        [(0, 700), (canvas.width, 700), (canvas.width, canvas.height), (0, canvas.height)], TEAL
    )
    for number in range(9):
        y, half = 728 + number * 18, 560 - number * 52 + canvas.random.uniform(-30, 30)
        canvas.line([(800 - half, y), (800 + half, y)], 4, mix(TEAL, AMBER, 0.55 - number * 0.05))


def warm_cup(canvas: Canvas) -> None:
    canvas.sky(mix(SAND, ROSE, 0.45), mix(SAND, TERRACOTTA, 0.35))
    for angle, length, colour in ((0.5, 460, MOSS), (0.95, 380, FOREST), (-2.5, 420, SAGE)):
        canvas.leaf(800 + 330 * math.cos(angle), 460 + 330 * math.sin(angle), length, angle, colour)
    canvas.disc(818, 486, 372, mix(SAND, RUST, 0.45))
    plate = [(372, CREAM), (340, mix(CREAM, SAND, 0.6))]
    cup = [(250, TEAL), (226, CREAM), (206, RUST), (186, mix(RUST, PLUM, 0.5))]
    for radius, colour in (*plate, *cup):
        canvas.disc(800, 450, radius, colour)
    for radius, width in ((150, 12), (104, 10), (58, 9)):
        canvas.ring(800, 450, radius, width, mix(PLUM, OCHRE, 0.6))


def afternoon_leaves(canvas: Canvas) -> None:
    canvas.sky(mix(CREAM, AMBER, 0.35), AMBER)
    canvas.glow(1120, 590, 150, CREAM, AMBER)
    colours = [OCHRE, SAGE, MOSS, mix(MOSS, OCHRE, 0.4), FOREST, TERRACOTTA, MOSS, FOREST]
    for number, colour in enumerate(colours):
        angle = -2.75 + number * 0.33 + canvas.random.uniform(-0.08, 0.08)
        canvas.leaf(330 + number * 60, 960, canvas.random.uniform(640, 860), angle, colour)
    for number, colour in enumerate((OCHRE, SAGE, MOSS)):
        canvas.leaf(1660, -60 + number * 50, 620, 3.0 - number * 0.42, colour)


def grain_field(canvas: Canvas) -> None:
    canvas.sky(CREAM, mix(CREAM, AMBER, 0.45))
    canvas.disc(1180, 260, 110, mix(AMBER, TERRACOTTA, 0.5))
    canvas.ridge(640, 30, mix(SAND, OCHRE, 0.5))
    for row, (base, size) in enumerate(((760, 0.72), (900, 1.0))):
        colours = ((OCHRE, AMBER, SAND), (RUST, TERRACOTTA, OCHRE))[row]
        canvas.ridge(base - 60 * size, 20, mix(colours[0], SAND, 0.25))
        for x in range(-20, canvas.width + 60, round(104 * size)):
            shift = canvas.random.uniform(-22, 22)
            tall = size * canvas.random.uniform(400, 540)
            _ear(canvas, x + shift, base + 40, tall, canvas.random.choice(colours))


def _ear(canvas: Canvas, x: float, y: float, tall: float, colour: str) -> None:
    lean = canvas.random.uniform(-0.1, 0.14)
    along = [turned(x, y, tall, lean - math.pi / 2, (t / 20, 0)) for t in range(21)]
    canvas.line(along, 5, mix(colour, FOREST, 0.35))
    for step in range(10, 20):
        px, py = along[step]
        size = tall * 0.15 * (1.15 - (step - 10) / 16)
        for side in (-0.62, 0.62):
            canvas.leaf(px, py, size, lean - math.pi / 2 + side, colour)
    canvas.leaf(*along[20], tall * 0.12, lean - math.pi / 2, colour)


def citrus(canvas: Canvas) -> None:
    canvas.sky(mix(MIST, SAGE, 0.4), SAGE)
    for x, y, length, angle in ((260, 180, 380, 0.5), (1330, 770, 400, -2.4), (820, 60, 320, 1.2)):
        canvas.leaf(x, y, length, angle, FOREST)
    pulp = [(0.1, 0.0), (0.78, 0.235), (0.84, 0.12), (0.86, 0), (0.84, -0.12), (0.78, -0.235)]
    slices = [(430, 520, 290, OCHRE), (1010, 330, 240, TERRACOTTA)]
    slices += [(1250, 690, 190, AMBER), (770, 760, 150, TERRACOTTA)]
    for x, y, size, colour in slices:
        canvas.disc(x + 10, y + 14, size, mix(SAGE, FOREST, 0.5))
        canvas.disc(x, y, size, colour)
        canvas.disc(x, y, size * 0.91, CREAM)
        start = canvas.random.uniform(0, 1)
        for segment in range(9):
            angle = start + segment * math.tau / 9
            shape = [turned(x, y, size, angle, point) for point in pulp]
            canvas.polygon(shape, mix(colour, CREAM, 0.18))


def berries(canvas: Canvas) -> None:
    canvas.sky(mix(CREAM, ROSE, 0.3), ROSE)
    for number in range(9):
        angle = number * 0.7 + canvas.random.uniform(-0.2, 0.2)
        x, y = canvas.random.uniform(300, 1300), canvas.random.uniform(250, 680)
        canvas.leaf(x, y, canvas.random.uniform(240, 380), angle, (MOSS, FOREST, SAGE)[number % 3])
    for number in range(34):
        x, y = canvas.random.gauss(800, 330), canvas.random.gauss(460, 170)
        size, colour = canvas.random.uniform(38, 84), (PLUM, RUST, TERRACOTTA, NIGHT)[number % 4]
        canvas.disc(x, y, size, colour)
        canvas.disc(x - size * 0.3, y - size * 0.32, size * 0.24, mix(colour, CREAM, 0.4))


def _stones(canvas: Canvas, x: float, base: float, sizes: list[float], colours: list[str]) -> None:
    """A pile that stands on `base`."""
    for size, colour in zip(sizes, colours, strict=False):
        down = size * canvas.random.uniform(0.34, 0.46)
        canvas.stone(x + canvas.random.uniform(-9, 9), base - down, size, down, colour)
        base -= 2 * down - 5


def rust_stones(canvas: Canvas) -> None:
    canvas.sky(mix(CREAM, MIST, 0.5), CREAM)
    canvas.ridge(700, 16, mix(SAND, ROSE, 0.4))
    _stones(canvas, 360, 742, [190, 140, 88], [RUST, OCHRE, mix(MIST, TEAL, 0.45)])
    _stones(canvas, 1260, 752, [200, 150], [mix(MIST, TEAL, 0.35), TERRACOTTA])
    _stones(canvas, 820, 800, [210, 160, 118, 70], [TERRACOTTA, mix(RUST, PLUM, 0.5), AMBER, RUST])


def balanced_stones(canvas: Canvas) -> None:
    canvas.sky(mix(CREAM, AMBER, 0.3), mix(CREAM, ROSE, 0.45))
    canvas.disc(1180, 300, 150, mix(AMBER, CREAM, 0.3))
    canvas.ridge(720, 14, SAGE)
    _stones(canvas, 360, 760, [170, 132, 100, 66, 40], [TEAL, OCHRE, ROSE, MOSS, RUST])
    _stones(canvas, 1200, 770, [186, 150, 112, 76], [MOSS, TERRACOTTA, PLUM, TEAL])
    colours = [RUST, mix(TEAL, NIGHT, 0.4), AMBER, TERRACOTTA, FOREST, OCHRE]
    _stones(canvas, 780, 810, [210, 168, 136, 104, 74, 44], colours)


def ribbons(canvas: Canvas) -> None:
    canvas.sky(CREAM, mix(CREAM, SAND, 0.6))
    for number, colour in enumerate((SAND, ROSE, TEAL, OCHRE, TERRACOTTA, MOSS, RUST)):
        phase, lift = canvas.random.uniform(0, 6), 90 + number * 110
        width = canvas.random.uniform(46, 84)
        middle = []
        for x in range(-20, canvas.width + 30, 10):
            y = lift + math.sin(x / 420 + phase) * 120 + math.sin(x / 190 + phase * 2) * 24
            half = width * (0.62 + 0.38 * math.sin(x / 300 + phase * 1.7))
            middle.append((x, y, half))
        upper = [(x, y - half) for x, y, half in middle]
        lower = [(x, y + half) for x, y, half in middle]
        canvas.polygon([*upper, *reversed(lower)], colour)
        for share in (-0.4, 0.0, 0.4):
            thread = [(x, y + half * share) for x, y, half in middle]
            canvas.line(thread, 2.5, mix(colour, CREAM, 0.4))
