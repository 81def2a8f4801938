"""Portraits of people who do not exist: a head and shoulders in flat colours."""

from collections.abc import Callable

from config.demo.drawings import CREAM, INK, Canvas, mix, rounded

SIZE = 600


def draw_avatar(
    *,
    seed: int,
    skin: str,
    hair: str,
    clothes: str,
    background: str,
    style: str,
    glasses: bool = False,
    beard: bool = False,
) -> bytes:
    """A portrait of 600 × 600 as JPEG. `style` names a haircut; colours are like "#dda848"."""
    canvas = Canvas(SIZE, SIZE, seed, background)
    canvas.disc(300, 330, 250, mix(background, CREAM, 0.45))
    behind, before = HAIRCUTS[style]
    behind(canvas, hair)
    _body(canvas, skin, hair if beard else "", clothes)
    before(canvas, hair)
    _face(canvas, skin, hair, glasses)
    return canvas.as_jpeg()


def _body(canvas: Canvas, skin: str, beard: str, clothes: str) -> None:
    """Shoulders and head; `beard` is its colour, or "" for none."""
    canvas.oval(300, 640, 232, 190, clothes)
    canvas.polygon([(252, 390), (348, 390), (358, 478), (242, 478)], mix(skin, INK, 0.14))
    canvas.oval(300, 474, 62, 34, mix(skin, INK, 0.14))
    canvas.polygon([(214, 470), (250, 452), (300, 520), (262, 548)], mix(clothes, CREAM, 0.25))
    canvas.polygon([(386, 470), (350, 452), (300, 520), (338, 548)], mix(clothes, CREAM, 0.25))
    for x in (186, 414):
        canvas.oval(x, 310, 22, 34, mix(skin, INK, 0.08))
    if beard:
        canvas.oval(300, 330, 122, 142, beard)
        canvas.oval(300, 284, 114, 124, skin)
        canvas.oval(300, 392, 42, 22, skin)
    else:
        canvas.oval(300, 300, 116, 146, skin)


def _face(canvas: Canvas, skin: str, hair: str, glasses: bool) -> None:
    shade = mix(skin, INK, 0.28)
    for side in (-1, 1):
        x = 300 + side * 47
        canvas.oval(x, 304, 9, 10, INK)
        canvas.disc(x + 3, 300, 2.6, CREAM)
        brow = [(x - 24, 278), (x - 8, 270), (x + 10, 270), (x + 24, 277)]
        canvas.line(brow, 7, mix(hair, INK, 0.25))
        canvas.oval(300 + side * 68, 352, 22, 15, mix(skin, "#d8694a", 0.2))
    canvas.line([(300, 308), (290, 346), (304, 350)], 5, shade)
    mouth = [(266, 388), (284, 399), (300, 402), (316, 399), (334, 388)]
    canvas.line(mouth, 7, mix(shade, "#a33a2c", 0.45))
    if glasses:
        for x in (252, 348):
            canvas.ring(x, 306, 38, 6, INK)
        canvas.line([(289, 302), (311, 302)], 6, INK)
        for near, far in ((215, 184), (385, 416)):
            canvas.line([(near, 300), (far, 294)], 6, INK)


# Haircuts: what is drawn behind the head, or before it.


def nothing(canvas: Canvas, hair: str) -> None:
    """Draw no hair."""


def fringe(canvas: Canvas, hair: str) -> None:
    """Draw a cap of hair, parted at the side."""
    upper = [(180, 300), (178, 236), (206, 176), (262, 140), (330, 136), (392, 168), (422, 232)]
    lower = [(420, 300), (404, 258), (368, 216), (326, 204), (280, 222), (226, 246), (200, 268)]
    canvas.polygon(rounded([*upper, *lower]), hair)


def bob_behind(canvas: Canvas, hair: str) -> None:
    canvas.oval(300, 296, 148, 168, hair)
    outline = [(152, 280), (448, 280), (446, 440), (330, 452), (270, 452), (154, 440)]
    canvas.polygon(rounded(outline), hair)


def long_behind(canvas: Canvas, hair: str) -> None:
    canvas.oval(300, 290, 150, 166, hair)
    outline = [(150, 250), (450, 250), (462, 420), (486, 580), (114, 580), (138, 420)]
    canvas.polygon(rounded(outline), hair)


def middle_parting(canvas: Canvas, hair: str) -> None:
    for side in (-1, 1):
        points = [(-8, 140), (70, 140), (122, 190), (132, 310), (112, 366), (100, 262)]
        points += [(52, 214), (-8, 182)]
        canvas.polygon(rounded([(300 + side * x, y) for x, y in points]), hair)


def close_cut(canvas: Canvas, hair: str) -> None:
    upper = [(186, 286), (180, 226), (204, 168), (254, 136), (304, 130), (352, 138), (398, 170)]
    lower = [(420, 226), (414, 286), (400, 240), (364, 204), (300, 192), (236, 204), (200, 240)]
    canvas.polygon(rounded([*upper, *lower]), hair)


def bun_behind(canvas: Canvas, hair: str) -> None:
    canvas.disc(300, 128, 66, mix(hair, INK, 0.1))
    canvas.oval(300, 276, 134, 144, hair)


HAIRCUTS: dict[str, tuple[Callable[[Canvas, str], None], Callable[[Canvas, str], None]]] = {
    "bob": (bob_behind, fringe),
    "long": (long_behind, middle_parting),
    "short": (nothing, close_cut),
    "bun": (bun_behind, close_cut),
}
