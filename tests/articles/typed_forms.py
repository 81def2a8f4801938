"""What a browser sends from the admin's forms."""


def typed_article(article=None, *, references=(), people=(), **fields):
    """The article's form with its inlines; `people` are (author pk, part), `references` (number, text) of a new row."""
    data = {
        "title": article.title if article else "A new article",
        "standfirst": "",
        "body": article.body if article else "<p>Some text.</p>",
        "slug": article.slug if article else "",
        "comments_open": "on",
        **_inline("corrections", article.corrections.all() if article else [], []),
        **_inline(
            "references",
            article.references.all() if article else [],
            [{"number": number, "text": text} for number, text in references],
        ),
        **_inline(
            "contributions",
            article.contributions.all() if article else [],
            [{"author": pk, "part": part, "position": ""} for pk, part in people],
        ),
    }
    return data | fields


def opened(client, address):
    """What the form says of the row that it shows."""
    return {"opened_state": client.get(address).context["opened_state"]}


def _inline(prefix, rows, new):
    data = {
        f"{prefix}-TOTAL_FORMS": len(rows) + len(new),
        f"{prefix}-INITIAL_FORMS": len(rows),
    }
    shown = {
        "references": ("number", "text", "url"),
        "contributions": ("author_id", "part", "position"),
        "corrections": ("text",),
    }[prefix]
    for index, row in enumerate(rows):
        data[f"{prefix}-{index}-id"] = row.pk
        for name in shown:
            data[f"{prefix}-{index}-{name.removesuffix('_id')}"] = getattr(row, name)
    for index, values in enumerate(new, start=len(rows)):
        data |= {f"{prefix}-{index}-{name}": value for name, value in values.items()}
    return data
