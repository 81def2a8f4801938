"""Tables whose numbers stand below each other, and pictures that open large."""

import re

import pytest

from articles.rich_text import clean_html, derive


def shown(html):
    return derive(clean_html(html)).body_html


def table(*rows):
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


@pytest.mark.parametrize(
    "texts",
    [("7", "12"), ("1,200", "−0.5"), ("7–9", "10-12"), ("12 %", "3%"), ("&lt; 5", "–"), ("£30", ""),
     ("1.5 [2]", "3[1, 2]"), ("120/80", "±2")],
)  # fmt: skip
def test_column_of_numbers_is_aligned(texts):
    html = shown(table(*(("A name", text) for text in texts)))

    assert html.count('<td class="number">') == 2
    assert html.count("<td>A name</td>") == 2


@pytest.mark.parametrize("texts", [("7", "seven"), ("", "–"), ("3 mg", "x"), ("1" * 50, "2")])
def test_other_columns_are_not(texts):
    assert "number" not in shown(table(*(("A name", text) for text in texts)))


def test_head_of_a_column_stands_over_its_numbers():
    html = shown(
        "<table><thead><tr><th>Age</th><th>Dose</th></tr></thead>"
        "<tbody><tr><td>30</td><td>400</td></tr></tbody></table>"
    )

    assert '<th>Age</th><th class="number">Dose</th>' in html
    assert '<td>30</td><td class="number">400</td>' in html


def test_table_with_joined_cells_is_left_alone():
    html = shown('<table><tr><td colspan="2">1</td></tr><tr><td>2</td><td>3</td></tr></table>')

    assert "number" not in html


@pytest.mark.parametrize(
    ("columns", "names"),
    [(7, "table-scroll"), (8, "table-scroll table-scroll--wide"),
     (30, "table-scroll table-scroll--wide table-scroll--widest")],
)  # fmt: skip
def test_wide_table_is_known_by_its_class(columns, names):
    assert f'<div class="{names}"' in shown(table("x" * columns))


def picture(width, alt="A bed"):
    return f'<img src="/media/images/2026/01/bed.jpg" alt="{alt}" width="{width}" height="900">'


def test_large_picture_is_a_link_to_its_file():
    html = shown(f"<figure>{picture(1600)}</figure>")

    link = re.search(r"<a [^>]*>", html)[0]
    assert 'class="enlarge"' in link
    assert 'href="/media/images/2026/01/bed.jpg"' in link
    assert 'title="Open the picture large"' in link


@pytest.mark.parametrize(
    "html",
    [picture(800), picture(1600, alt=""), f'<p><a href="https://example.org/">{picture(1600)}</a></p>'],
)  # fmt: skip
def test_small_decorative_and_linked_pictures_are_no_such_links(html):
    assert "enlarge" not in shown(html)
