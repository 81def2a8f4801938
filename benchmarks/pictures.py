"""AVIF against WebP at like quality: bytes and seconds of one core, on generated pictures.

uv run python benchmarks/pictures.py
"""

import math
import random
import time
from io import BytesIO

from PIL import Image, ImageChops, ImageFilter

SIZE = (1600, 1067)
WEBP_QUALITY = 80  # articles/pictures/renditions.py


def noise(cell: int, seed: int) -> Image.Image:
    """Colours that change over `cell` pixels."""
    source = random.Random(seed)  # noqa: S311 - the same pictures at each run
    small = (max(2, SIZE[0] // cell), max(2, SIZE[1] // cell))
    bands = [Image.frombytes("L", small, source.randbytes(small[0] * small[1])) for _ in range(3)]
    return Image.merge("RGB", bands).resize(SIZE, Image.Resampling.BICUBIC)


def photograph(kind: str) -> Image.Image:
    """Detail that grows fainter as it grows finer, as in photographs, and a little grain."""
    seed = len(kind)
    strength = {"meadow": 1.3, "face": 0.8, "out of focus": 1.0}[kind]
    picture = noise(400, seed)
    for step, cell in enumerate((200, 100, 50, 25, 12, 6, 3)):
        picture = Image.blend(picture, noise(cell, seed * 10 + step), 0.28 * 0.8**step * strength)
    if kind == "out of focus":
        picture = picture.filter(ImageFilter.GaussianBlur(6))
    return Image.blend(picture, noise(1, seed + 99), 0.02)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """PSNR in decibels, with brightness six times as heavy as each colour."""
    bands = ImageChops.difference(one.convert("YCbCr"), other.convert("YCbCr")).split()
    errors = [
        sum(count * level**2 for level, count in enumerate(band.histogram())) for band in bands
    ]
    mean = (6 * errors[0] + errors[1] + errors[2]) / 8 / (one.width * one.height)
    return 10 * math.log10(255**2 / mean)


def encoded(picture: Image.Image, kind: str, **options: int) -> tuple[int, float, float]:
    """Bytes, seconds of the processor, likeness."""
    output = BytesIO()
    start = time.process_time()
    picture.save(output, kind, **options)
    spent = time.process_time() - start
    return output.tell(), spent, likeness(picture, Image.open(output).convert("RGB"))


def say(line: str) -> None:
    print(line)  # noqa: T201 - a script talks to its caller


def main() -> None:
    for kind in ("meadow", "face", "out of focus"):
        whole = photograph(kind)
        for width in (800, 1600):
            size = (width, SIZE[1] * width // SIZE[0])
            picture = whole.resize(size, Image.Resampling.LANCZOS)
            webp = encoded(picture, "WEBP", quality=WEBP_QUALITY)
            say(f"{kind} {width}: WebP {webp[0]:,} bytes, {webp[1]:.2f} s, {webp[2]:.1f} dB")
            for speed in (6, 7, 8):
                for quality in range(40, 90, 3):
                    avif = encoded(picture, "AVIF", quality=quality, speed=speed, max_threads=1)
                    if avif[2] >= webp[2]:
                        saved = 1 - avif[0] / webp[0]
                        said = f"{avif[0]:,} bytes ({saved:.0%} fewer), {avif[1]:.2f} s"
                        say(f"  AVIF speed {speed}, quality {quality}: {said}")
                        break


if __name__ == "__main__":
    main()
