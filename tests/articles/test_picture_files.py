"""Uploaded pictures: what is refused, and what the file that is kept still holds."""

import io
import zlib
from struct import pack

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from articles.pictures.picture_files import (
    MAX_BYTES,
    MAX_SIDE,
    clean_picture,
    picture_name,
    title_of_file,
)


def saved(picture, kind, **options):
    output = io.BytesIO()
    picture.save(output, kind, **options)
    return output.getvalue()


def cleaned(data):
    made = clean_picture(io.BytesIO(data), len(data))
    return made, Image.open(io.BytesIO(made.read()))


def refusal(data, size=None):
    with pytest.raises(ValidationError) as caught:
        clean_picture(io.BytesIO(data), len(data) if size is None else size)
    return caught.value.messages[0]


def png_that_claims(width, height):
    def chunk(kind, body):
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    header = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("JPEG", "JPEG"),
        ("PNG", "PNG"),
        ("WEBP", "WEBP"),
        ("GIF", "PNG"),
        ("AVIF", "WEBP"),
        ("HEIF", "JPEG"),
    ],
)
def test_common_formats_are_kept(kind, written):
    made, picture = cleaned(saved(Image.new("RGB", (30, 20), "red"), kind))

    assert (picture.format, picture.size) == (written, (30, 20))
    assert made.name.endswith({"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}[written])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    _made, picture = cleaned(saved(Image.new(mode, (30, 20), 1), "PNG"))

    assert picture.mode in {"RGB", "RGBA"}


def test_sixteen_bits_keep_their_shades():
    deep = Image.new("I;16", (2, 1))
    deep.putpixel((0, 0), 32768)

    _made, picture = cleaned(saved(deep, "PNG"))

    assert [picture.getpixel((x, 0))[0] for x in range(2)] == [128, 0]


def test_print_colours_become_screen_colours():
    _made, picture = cleaned(saved(Image.new("CMYK", (30, 20), (0, 255, 255, 0)), "JPEG"))

    red, green, blue = picture.getpixel((5, 5))
    assert (red > 200, green < 60, blue < 60) == (True, True, True)


def test_transparency_stays():
    for kind, picture in (
        ("PNG", Image.new("RGBA", (4, 4), (255, 0, 0, 0))),
        ("WEBP", Image.new("RGBA", (4, 4), (255, 0, 0, 0))),
    ):
        assert cleaned(saved(picture, kind))[1].getpixel((0, 0))[3] == 0
    palette = Image.new("P", (4, 4), 0)
    assert cleaned(saved(palette, "GIF", transparency=0))[1].getpixel((0, 0))[3] == 0


def test_metadata_goes():
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 30.0)}  # where it was taken
    exif[0x010F] = "Camera maker"
    picture = Image.new("RGB", (30, 20))
    for kind in ("JPEG", "PNG", "WEBP"):
        made, clean = cleaned(saved(picture, kind, exif=exif))
        assert not clean.getexif()
        made.seek(0)
        assert b"Camera maker" not in made.read()


def test_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees

    _made, picture = cleaned(saved(Image.new("RGB", (30, 20)), "JPEG", exif=exif))

    assert picture.size == (20, 30)


def test_colour_profile_is_applied_before_it_goes():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    _made, picture = cleaned(saved(Image.new("RGB", (4, 4), "red"), "PNG", icc_profile=profile))

    assert picture.getpixel((0, 0))[0] > 250
    assert "icc_profile" not in picture.info


def test_damaged_colour_profile_does_no_harm():
    _made, picture = cleaned(saved(Image.new("RGB", (4, 4)), "PNG", icc_profile=b"nonsense"))

    assert picture.size == (4, 4)


def test_large_picture_is_made_smaller_in_proportion():
    _made, picture = cleaned(saved(Image.new("L", (6000, 3000)), "PNG"))

    assert picture.size == (MAX_SIDE, MAX_SIDE // 2)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_moving_picture_is_refused_with_what_to_do(kind):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]

    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=200)

    assert "Save one frame" in refusal(data)


def test_series_of_a_telephone_is_read():
    second = Image.new("RGB", (64, 64), "blue")
    data = saved(Image.new("RGB", (64, 64), "red"), "HEIF", save_all=True, append_images=[second])

    assert cleaned(data)[1].size == (64, 64)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("red-hill_2.jpg", "red hill 2"),
        ("IMG_0042.HEIC", "IMG 0042"),
        ("-.png", "Picture"),
        ("\u2800.png", "Picture"),
        ("x" * 300, "x" * 200),
    ],
)
def test_title_is_made_from_the_name_of_the_file(name, title):
    assert title_of_file(name) == title


def test_double_pictures_of_telephones_are_read():
    second = Image.new("RGB", (8, 8), "blue")
    data = saved(Image.new("RGB", (8, 8), "red"), "MPO", save_all=True, append_images=[second])

    assert cleaned(data)[1].format == "JPEG"


def test_what_hides_behind_a_picture_goes():
    made, _picture = cleaned(saved(Image.new("RGB", (8, 8)), "JPEG") + b"<script>alert(1)</script>")

    made.seek(0)
    assert b"script" not in made.read()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><p>x",
        b"%PDF-1.7",
        saved(Image.new("RGB", (8, 8)), "BMP"),
        saved(Image.new("RGB", (8, 8)), "TIFF"),
        saved(Image.new("RGB", (800, 800), "red"), "PNG")[:300],
        saved(Image.effect_noise((300, 300), 90), "JPEG")[:5000],
    ],
    ids=["empty", "head only", "svg", "html", "pdf", "bmp", "tiff", "cut png", "cut jpeg"],
)
def test_anything_else_is_refused(data):
    assert "cannot be read as a picture" in refusal(data)


@pytest.mark.parametrize("size", [(8001, 5000), (20_000, 20_000), (2_000_000, 2_000_000)])
def test_too_many_pixels_are_refused_before_they_are_unpacked(size):
    assert "40 megapixels" in refusal(png_that_claims(*size))


def test_too_large_file_is_refused_unread():
    assert "20 MB" in refusal(b"", size=MAX_BYTES + 1)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 200))
def test_damage_never_raises_anything_but_a_refusal(noise, at):
    good = saved(Image.new("RGB", (16, 16), "red"), "PNG")
    data = good[:at] + noise + good[at:]

    try:
        _made, picture = cleaned(data)
    except ValidationError:
        return
    assert picture.format == "PNG"


def test_names_say_nothing_of_the_upload():
    first, second = (picture_name(None, "../../etc/My Holiday.jpg") for _ in range(2))

    assert first != second
    assert "Holiday" not in first
    assert ".." not in first
    assert first.startswith("images/")
