"""No word is lost in silence, whatever the format: it is in the result or in the report."""

import json
import sqlite3
from itertools import chain

import pytest
from django.core.management import call_command

from articles.models import Article, Page, Reference
from comments.models import Comment
from config.moving.wording import words_of_text
from tests import factories
from tests.moving import test_comments_of_services as services
from tests.moving import test_ghost as ghost
from tests.moving.wxr import comment, export, item, move_in

pytestmark = pytest.mark.django_db


def lost(report, words):
    """Those of the words that neither a row nor a line of the report has."""
    rows = chain(
        Article.objects.values_list("title", "standfirst", "plain_text"),
        Page.objects.values_list("title", "body"),
        Reference.objects.values_list("text"),
        Comment.objects.values_list("name", "body"),
    )
    texts = " ".join(chain.from_iterable(rows))
    found = words_of_text(f"{texts} {report.read_text()}")
    return [word for word in words if word not in found]


def marked(template):
    """The template with a word of its own at each %, and these words."""
    pieces = template.split("%")
    words = [f"word{number}x" for number in range(len(pieces) - 1)]
    return "".join(chain(*zip(pieces, [*words, ""], strict=True))), words


CARDS = """[
 {"type": "paragraph", "children": [{"type": "extended-text", "text": "% "}, {"type": "link", "url": "https://x.example", "children": [{"type": "text", "text": "%"}]},  {"type": "sparkle", "text": " %"}]},
 {"type": "extended-heading", "tag": "h2", "children": [{"type": "text", "text": "%"}]},
 {"type": "list", "tag": "ul", "children": [{"type": "listitem", "children": [{"type": "text", "text": "%"}, {"type": "list", "tag": "ol", "children": [{"type": "listitem", "children": [{"type": "text", "text": "%"}]}]}]}]},
 {"type": "extended-quote", "children": [{"type": "text", "text": "%"}]}, {"type": "aside", "children": [{"type": "text", "text": "%"}]},
 {"type": "callout", "calloutText": "<b>%</b>", "calloutEmoji": "x"},
 {"type": "toggle", "heading": "%", "content": "<p>%</p>"},
 {"type": "html", "html": "<div>%</div><select><option>%</option></select><form><label>%</label></form>"},
 {"type": "markdown", "markdown": "# %\\n\\n%"},
 {"type": "codeblock", "code": "%", "caption": "%"},
 {"type": "image", "src": "/no.jpg", "alt": "%", "caption": "<i>%</i>", "title": "%"},
 {"type": "gallery", "images": [{"fileName": "a.jpg", "src": "/a.jpg", "alt": "%"}], "caption": "%"},
 {"type": "bookmark", "url": "https://x.example", "metadata": {"title": "%", "description": "%"}, "caption": "%"},
 {"type": "embed", "url": "https://x.example/v", "html": "<iframe src='https://x.example/v'></iframe>", "caption": "%"},
 {"type": "button", "buttonText": "%", "buttonUrl": "https://x.example"},
 {"type": "product", "productTitle": "%", "productDescription": "%", "productButton": "%", "productUrl": "https://x.example", "productButtonEnabled": true},
 {"type": "header", "header": "%", "subheader": "%", "buttonText": "%", "buttonEnabled": true, "buttonUrl": "https://x.example"},
 {"type": "call-to-action", "textValue": "<p>%</p>", "buttonText": "%", "buttonUrl": "https://x.example", "showButton": true, "sponsorLabel": "<p>%</p>"},
 {"type": "file", "src": "/a.pdf", "fileTitle": "%", "fileCaption": "%", "fileName": "a.pdf"},
 {"type": "audio", "src": "/a.mp3", "title": "%"}, {"type": "video", "src": "/a.mp4", "caption": "%"},
 {"type": "signup", "header": "%", "subheader": "%", "disclaimer": "%", "buttonText": "%"},
 {"type": "email", "html": "<p>%</p>"}, {"type": "email-cta", "html": "<p>%</p>", "buttonText": "%"},
 {"type": "unheard-of", "deep": {"text": "%"}, "children": [{"type": "text", "text": "%"}]},
 {"type": "tk", "text": "%"}, {"type": "linebreak"}, {"type": "paywall"}, {"type": "paragraph", "children": [{"type": "text", "text": "%"}]}
]"""  # fmt: skip
MOBILEDOC = """{"version": "0.3.1", "atoms": [["soft-return", "", {}], ["odd", "%", {}]], "markups": [["em"]],
 "cards": [["image", {"src": "/no.jpg", "caption": "%", "alt": "%"}], ["unheard-of", {"text": "%"}],
  ["markdown", {"markdown": "%"}], ["html", {"html": "<p>%</p>"}]],
 "sections": [[1, "p", [[0, [0], 1, "%"], [1, [], 0, 1]]], [10, 0], [10, 1], [10, 2], [10, 3],
  [3, "ul", [[[0, [], 0, "%"]]]], [2, "/no.jpg"], [99, "%"]]}"""  # fmt: skip


@pytest.mark.parametrize("column", ["lexical", "mobiledoc", "html"])
def test_ghost(tmp_path, column):
    template = {"lexical": CARDS, "mobiledoc": MOBILEDOC}.get(column)
    text, words = marked(
        template
        or "<p>%</p><textarea>%</textarea><svg><text>%</text></svg><figure>"
        "<img src='/n.jpg' alt='%'><figcaption>%</figcaption></figure><table><tr><td>%</table>%"
    )
    if column == "lexical":
        text = f'{{"root": {{"type": "root", "children": {text}}}}}'
    (tmp_path / "ghost.json").write_text(
        json.dumps(ghost.export(ghost.post(**{"html": None, column: text})))
    )
    report = tmp_path / "report.csv"

    call_command("import_from", "ghost", str(tmp_path / "ghost.json"), "--report", str(report))

    assert " ".join(lost(report, words)) == ""


COMMENT = "% <b>%</b> <select><option>%</option></select> <svg><text>%</text></svg> a < % > b"
COMMENT += " <textarea>%</textarea><table><tr><td>%</td></tr></table> <img alt=x> <% %>"


def test_comments_of_wordpress(tmp_path):
    text, words = marked(COMMENT)
    kinds = ["", "note", "pingback"]
    comments = "".join(
        comment(number, text.replace("word", f"kind{number}"), comment_type=kind)
        for number, kind in enumerate(kinds, start=1)
    )
    report = tmp_path / "report.csv"

    move_in(tmp_path, export(item(1, inside=comments)), "--report", str(report))

    for number in range(1, len(kinds) + 1):
        assert lost(report, [word.replace("word", f"kind{number}") for word in words]) == []


def test_comments_of_disqus(tmp_path):
    factories.published_article(slug="sleep")
    text, words = marked(COMMENT)
    report = tmp_path / "report.csv"
    posts = [services.post(4, text=text), services.post(5, text="gonex", isDeleted="true")]
    file = services.disqus(tmp_path, *posts, services.post(6, thread=9, text="strayx"))

    services.bring("disqus", file, "--report", str(report))

    assert lost(report, [*words, "gonex", "strayx"]) == []


def test_comments_of_isso(tmp_path):
    factories.published_article(slug="sleep")
    text, words = marked(COMMENT)
    report = tmp_path / "report.csv"
    file = services.isso(tmp_path, (1, None, 1, text, "Ina", None), (2, 1, 4, "gonex", "Bo", None))
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO comments (tid, id, mode, text) VALUES (9, 3, 1, 'strayx')")
    database.close()

    services.bring("isso", file, "--report", str(report))

    assert lost(report, [*words, "gonex", "strayx"]) == []
