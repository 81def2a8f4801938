"""Compares pictures of pages, and says what they are made with.

A picture is judged by the mean colour of blocks of 8 × 8 pixels. The edges of letters, which every release of Chromium
smooths a little differently, hardly change a block; what moves by half a line, another colour or a missing picture does.
"""

import hashlib
from pathlib import Path

from PIL import Image, ImageChops

KEPT = 4  # pictures are kept at a quarter of their width and height
BLOCK = 2  # pixels of a kept picture: 8 of the page
# Of 255, for the mean colour of a block in red, green or blue.
TOLERANCE = 24
# So many blocks may differ more than that: 768 square pixels of the page, less than a small button.
FEW = 12
BEYOND = "#808080"  # below a picture that is lower than the other one
FONTS = Path("/usr/share/fonts/truetype/dejavu")
FONT_FILES = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSansMono")
# Pages are drawn with these files alone, whatever else is installed.
PINNED = """
@font-face { font-family: "Kept Sans"; src: local("DejaVu Sans"); }
@font-face { font-family: "Kept Sans"; font-weight: 600 900; src: local("DejaVu Sans Bold"); }
@font-face { font-family: "Kept Serif"; src: local("DejaVu Serif"); }
@font-face { font-family: "Kept Serif"; font-weight: 600 900; src: local("DejaVu Serif Bold"); }
@font-face { font-family: "Kept Mono"; src: local("DejaVu Sans Mono"); }
:root { --sans: "Kept Sans"; --serif: "Kept Serif", "Kept Sans"; --mono: "Kept Mono"; }
* { caret-color: transparent !important; }
"""


def made_with(chromium: str) -> dict[str, str]:
    """What decides how the same page is drawn: the major version of Chromium, and the files of the fonts."""
    digest = hashlib.sha256()
    for name in FONT_FILES:
        file = FONTS / f"{name}.ttf"
        digest.update(file.read_bytes() if file.exists() else b"missing")
    return {"chromium": chromium.partition(".")[0], "fonts": digest.hexdigest()[:16]}


def sheet(pictures: list[Image.Image]) -> Image.Image:
    """The pictures beside each other, a quarter as large."""
    small = [picture.convert("RGB").reduce(KEPT) for picture in pictures]
    whole = Image.new(
        "RGB", (sum(one.width for one in small), max(one.height for one in small)), BEYOND
    )
    left = 0
    for one in small:
        whole.paste(one, (left, 0))
        left += one.width
    return whole


def differing_blocks(kept: Image.Image, new: Image.Image) -> Image.Image:
    """White where the blocks of two sheets differ by more than the tolerance, else black."""
    size = (max(kept.width, new.width), max(kept.height, new.height))
    blocks = []
    for picture in (kept, new):
        whole = Image.new("RGB", size, BEYOND)
        whole.paste(picture)
        blocks.append(whole.reduce(BLOCK))
    red, green, blue = ImageChops.difference(*blocks).split()
    furthest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return furthest.point(lambda value: 255 if value > TOLERANCE else 0)


def number_of(marked: Image.Image) -> int:
    return marked.histogram()[255]


def with_marks(new: Image.Image, marked: Image.Image) -> Image.Image:
    """The new sheet, pale, with the blocks that differ in red."""
    large = marked.resize((marked.width * BLOCK, marked.height * BLOCK), Image.Resampling.NEAREST)
    pale = Image.new("RGB", large.size, "white")
    pale.paste(Image.blend(new, Image.new("RGB", new.size, "white"), 0.6))
    pale.paste("red", mask=large)
    return pale
