"""Articles as Markdown: what a reader of the text sees is the same, and our importer reads it back."""

import pytest

from articles.importing.markdown import markdown_to_html
from articles.models import Article
from articles.rich_text import clean_html
from config.moving.archive.markdown import article_as_markdown, as_markdown, readable
from tests import factories

BACK_AND_FORTH = [
    "<p>One <strong>two</strong> <em>three</em> <s>four</s>.</p>",
    "<p>a * b * c_d_e `f` [g] &lt;h&gt; 1 &amp; 2 | ~x~ \\</p>",
    "<p># no heading</p>",
    "<p>1. no list</p>",
    "<p>- no list</p>",
    "<p>line<br>break</p>",
    "<h2>A</h2><h3>B</h3><h4>C</h4>",
    "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>",
    '<ol start="3"><li>a</li><li>b</li></ol>',
    "<blockquote><p>Said.</p><p>Twice.</p></blockquote>",
    "<aside><p>Note this.</p></aside>",
    "<pre><code>a\n\n  b ``` c\n</code></pre>",
    "<p>x <code>a`b</code> y</p>",
    '<p><a href="https://a.example/?b=1&amp;c=(d)">link</a></p>',
    "<p>H<sub>2</sub>O and x<sup>2</sup></p>",
    "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1 | 2</td><td>3</td></tr></tbody></table>",
    '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    "<p>a</p><hr><p>b</p>",
]  # fmt: skip


@pytest.mark.parametrize("html", BACK_AND_FORTH)
def test_text_comes_back_from_markdown(html):
    clean = clean_html(html)

    assert markdown_to_html(as_markdown(clean)) == clean


def test_picture_leads_to_the_file_beside_it():
    written = as_markdown(
        '<figure><img src="/media/images/2001/02/a.jpg" alt="A leaf"><figcaption>By <em>Ada</em></figcaption></figure>'
    )

    assert written == "![A leaf](<../../media/images/2001/02/a.jpg>)\n\nBy *Ada*\n"


@pytest.mark.django_db
def test_front_matter_has_what_the_text_has_not():
    article = factories.published_article(
        by=factories.author(name='Ada "A" Leaf'), title="Sleep: “well”", topic=factories.topic(name="Rest")
    )  # fmt: skip

    (row,) = readable(Article.objects.filter(pk=article.pk))
    written = article_as_markdown(row)

    assert written.startswith('---\ntitle: "Sleep: “well”"\n')
    assert 'authors: ["Ada \\"A\\" Leaf"]\n' in written
    assert 'topic: "Rest"\n' in written
    assert "draft: false\n" in written
    assert written.endswith("---\n\nA few words of text.\n")


@pytest.mark.django_db
@pytest.mark.parametrize("articles", [1, 4])
def test_any_number_of_articles_takes_the_same_queries(django_assert_num_queries, articles):
    for _number in range(articles):
        factories.published_article(by=factories.author())

    with django_assert_num_queries(4):
        assert (
            len([article_as_markdown(row) for row in readable(Article.objects.all())]) == articles
        )
