"""The comparison of pictures sees what a reader would see, and nothing else."""

import random

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.browser.comparing import FEW, differing_blocks, made_with, number_of, sheet, with_marks


def page(*, button="#1b4f85", box_at=400, picture=True, down=0):
    """A page in little: text, a button, a box, a picture."""
    drawn = Image.new("RGB", (1280, 1200), "#fbf8f2")
    pen = ImageDraw.Draw(drawn)
    for line in range(12):
        words = "Some text that is long enough to be read across the whole of the page. " * 3
        pen.text((40, 40 + down + line * 26), words, fill="#211c18", font_size=18)
    pen.rectangle((40, box_at, 640, box_at + 90), fill="#e3ebf4", outline="#8b7f73")
    pen.rectangle((40, 560, 160, 604), fill=button)
    if picture:
        pen.ellipse((700, 700, 1000, 1000), fill="#cb6a42")
    return drawn


def differing(drawn, other):
    return number_of(differing_blocks(sheet([drawn]), sheet([other])))


@pytest.mark.parametrize(
    "change",
    [{"box_at": 416}, {"button": "#a11722"}, {"picture": False}, {"down": 13}],
    ids=["a block moved by 16 px", "a button of another colour", "a missing picture", "text moved by half a line"],
)  # fmt: skip
def test_change_is_seen(change):
    assert differing(page(), page(**change)) > FEW


def test_longer_page_is_seen():
    longer = Image.new("RGB", (1280, 1216), "#fbf8f2")
    longer.paste(page())

    assert differing(page(), longer) > FEW


def smoothed(drawn):
    return drawn.filter(ImageFilter.GaussianBlur(0.7))


def grainy(drawn):
    dice = random.Random(1)
    grain = Image.frombytes("L", drawn.size, bytes(dice.choices(range(16), k=1280 * 1200)))
    return ImageChops.subtract(drawn, grain.convert("RGB"))


@pytest.mark.parametrize(
    "noisy",
    [smoothed(page()), grainy(page()), page(down=1)],
    ids=["smoothed", "grainy", "text a pixel lower"],
)
def test_noise_is_not_seen(noisy):
    assert differing(page(), noisy) <= FEW


def test_marks_show_the_place():
    kept, new = sheet([page()]), sheet([page(picture=False)])

    shown = with_marks(new, differing_blocks(kept, new))

    assert shown.getpixel((850 // 4, 850 // 4)) == (255, 0, 0)
    assert shown.getpixel((100 // 4, 1100 // 4)) != (255, 0, 0)


def test_versions_of_chromium_count_by_their_first_number():
    assert made_with("156.0.8078.108") == made_with("156.0.9.9")
    assert made_with("156.0.8078.108") != made_with("157.0.0.1")
