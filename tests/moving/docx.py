"""Documents of Word, small and made for the test."""

from zipfile import ZipFile

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="A leaf"/><a:graphic><a:graphicData><pic:pic>'
    '<pic:blipFill><a:blip r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
)


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs, style="", item=None):
    """`item` is a number of the list and a level: 1 is numbered, 2 is not."""
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    if item:
        marks += f'<w:numPr><w:ilvl w:val="{item[1]}"/><w:numId w:val="{item[0]}"/></w:numPr>'
    inner = "".join(part if part.startswith("<") else run(part) for part in runs)
    return f"<w:p><w:pPr>{marks}</w:pPr>{inner}</w:p>"


def write(path, *body, footnotes=(), comments=(), picture=b"", **parts):
    """Write a document; `parts` replace files in it, with `__` for a slash and `_` for a dot."""
    files = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _rels(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": _part("document", f"<w:body>{''.join(body)}</w:body>"),
        "word/_rels/document.xml.rels": _rels(
            ("rId2", "styles", "styles.xml"),
            ("rId3", "numbering", "numbering.xml"),
            ("rId4", "footnotes", "footnotes.xml"),
            ("rId5", "comments", "comments.xml"),
            ("rId9", "image", "media/leaf.jpeg"),
        ),
        "word/styles.xml": _part(
            "styles", "".join(map(_style, ["Title", "heading 1", "heading 2"]))
        ),
        "word/numbering.xml": _part("numbering", _numbering()),
        "word/footnotes.xml": _part("footnotes", _notes("footnote", footnotes)),
        "word/comments.xml": _part("comments", _notes("comment", comments)),
    }
    files |= {name.replace("__", "/").replace("_", "."): text for name, text in parts.items()}
    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if picture:
            archive.writestr("word/media/leaf.jpeg", picture)
    return path


def _part(name, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_SPACES}>{inner}</w:{name}>'


def _rels(*rows):
    inner = "".join(
        f'<Relationship Id="{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, kind, target in rows
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def _style(name):
    return f'<w:style w:type="paragraph" w:styleId="{name.title().replace(" ", "")}"><w:name w:val="{name}"/></w:style>'


def _numbering():
    levels = {
        kind: "".join(
            f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(3)
        )
        for kind in ("decimal", "bullet")
    }
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'
        for number, inner in enumerate(levels.values(), start=1)
    )
    return kinds + "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in (1, 2)
    )


def _notes(name, texts):
    return "".join(
        f'<w:{name} w:id="{number}" w:author="Ada">{paragraph(text)}</w:{name}>'
        for number, text in enumerate(texts, start=1)
    )
