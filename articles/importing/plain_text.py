"""Plain text. How its lines look tells what is a heading, a list or a quote."""

import re
from dataclasses import dataclass
from html import escape

from .page_fields import fields_of_page
from .page_furniture import foot_start, furniture_reason
from .parsed import ParsedArticle, parsed_article, same_words, shown

_BULLET = re.compile(r"\s*(?:[-*•◦▪‣·●]|[–—](?=\s))\s+(?=\S)")
_NUMBER = re.compile(r"\s*(\d{1,2})[.)]\s+(?=\S)")
_LABEL = re.compile(r"([^:.!?]{2,60}):\s+(?=\S)")
_GLUED_ITEM = re.compile(r"(?<=[.!?])\s+(?=- [A-Z][^.!?:]{2,60}$)")
_ADDRESS = re.compile(r"https?://[^\s<>\"&]+(?:&amp;[^\s<>\"&]+)*(?<![.,;:!?)])")
_BARE_MARK = re.compile(r"\(\d{1,2}(?:, ?\d{1,2})*\)$")
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "‘": "’"}
# `2.1 Doses` is a level below `2 Use`.
_SECTION = re.compile(r"\d{1,2}((?:\.\d{1,2})+)\.?\s")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
MAX_UNMARKED_ITEMS = 40
MANY_HEADINGS = 6
_CLOSING = tuple('.!?,;:…"”»)')


@dataclass(slots=True)
class _Line:
    text: str
    number: int
    after_blank: bool
    before_blank: bool = False

    @property
    def is_item(self) -> bool:
        return bool(_BULLET.match(self.text) or _NUMBER.match(self.text))


def parse(text: str) -> ParsedArticle:
    """The first line is the title. docs/importing.md tells the other rules.

    Raises ImportProblem.
    """
    skipped: list[str] = []
    lines = _rejoined(_lines(text))
    fields, taken = fields_of_page([line.text for line in lines])
    lines = _without_furniture(lines, taken, skipped)
    title = lines.pop(0).text.strip() if lines else ""
    if lines and same_words(lines[0].text, title):
        skipped.append(f"line {lines[0].number} {shown(lines[0].text)}: repeats the title")
        lines.pop(0)
    skipped += [
        f"line {line.number} {shown(mark[0])}: kept as text; if it cites a reference, "
        f"write [{mark[0][1:-1]}] and add the reference"
        for line in lines
        if (mark := _BARE_MARK.search(line.text))
    ]
    writer = _Writer(lines)
    html = writer.html()
    same = writer.levels.count(2)
    if same >= MANY_HEADINGS and same > 0.8 * len(writer.levels):
        skipped.append(
            f"{same} of {len(writer.levels)} headings are of one level: "
            "the text does not show which of them stand below others"
        )
    return parsed_article(title, html, seen=escape(text), skipped=skipped, fields=fields)


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    for number, raw in enumerate(text.replace("\f", "\n").split("\n"), 1):
        if not raw.strip():
            if lines:
                lines[-1].before_blank = True
            blank = True
            continue
        for part in _GLUED_ITEM.split(raw.rstrip()):
            lines.append(_Line(part, number, after_blank=blank))
            blank = False
    if lines:
        lines[-1].before_blank = True
    return lines


def _rejoined(lines: list[_Line]) -> list[_Line]:
    """Join lines that were broken at a fixed width, as in mails and old text files."""
    groups: list[list[_Line]] = []
    start = 0
    for end, last in enumerate(lines, start=1):
        if not last.before_blank:
            continue
        first, *others = lines[start:end]
        lengths = [len(line.text) for line in lines[start : end - 1]]
        broken = sum(1 for line in lines[start : end - 1] if not line.text.endswith(_CLOSING))
        is_wrapped = len(lengths) > 1 and min(lengths) >= 45 and max(lengths) <= 100
        groups.append([first])
        for line in others:
            if is_wrapped and 2 * broken >= len(lengths) and not line.is_item:
                groups[-1].append(line)
            else:
                groups.append([line])
        start = end
    joined = []
    for first, *others in groups:
        text = " ".join([first.text.rstrip(), *(line.text.strip() for line in others)])
        last = others[-1] if others else first
        joined.append(_Line(text, first.number, first.after_blank, last.before_blank))
    return joined


def _without_furniture(
    lines: list[_Line], taken: dict[int, str], skipped: list[str]
) -> list[_Line]:
    foot = foot_start([line.text for line in lines])
    kept = []
    for index, line in enumerate(lines):
        reason = taken.get(index) or furniture_reason(line.text.strip())
        if index >= foot and not reason:
            reason = "foot of the page, after the article"
        if reason:
            skipped.append(f"line {line.number} {shown(line.text)}: {reason}")
        else:
            kept.append(line)
    return kept


class _Writer:
    """Writes the lines as HTML, one block after another."""

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.position = 0
        self.blocks: list[str] = []
        self.levels: list[int] = []  # of the headings
        self.capitals = False  # whether the last heading above all others was in capitals
        # Files without empty lines cannot show by them that a question stands alone.
        self.dense = 4 * sum(line.after_blank for line in lines) < len(lines)

    def html(self) -> str:
        while (line := self._at(self.position)) is not None:
            if line.is_item and self._write_list():
                continue
            text = line.text.strip()
            if underline := self._underline(self.position):
                self._add_heading(text, 3 if underline[1][0] in "-~" else 2)
                self.position += 1
                continue
            if quote := _quoted(text):
                self._add(f"<blockquote><p>{_inline(quote)}</p></blockquote>")
            elif (run := self._short_lines()) > 2:
                lines = self.lines[self.position : self.position + run]
                self._add(f"<p>{'<br>'.join(_inline(short.text) for short in lines)}</p>", run)
            elif self._is_heading(self.position):
                self._add_heading(text, self._level(text))
            else:
                self._add(f"<p>{_inline(text)}</p>")
                if text.endswith(":"):
                    self._write_unmarked_list()
        return "\n".join(self.blocks)

    def _add(self, block: str, lines: int = 1) -> None:
        self.blocks.append(block)
        self.position += lines

    def _underline(self, position: int) -> re.Match[str] | None:
        """The line of signs below a heading."""
        below = self._at(position + 1)
        if below is None or below.after_blank or len(self.lines[position].text) > 100:
            return None
        return _UNDERLINE.fullmatch(below.text)

    def _level(self, text: str) -> int:
        """By its number, by capitals above it, or right below another heading one deeper."""
        if section := _SECTION.match(text):
            return min(2 + section[1].count("."), 4)
        is_loud = text.isupper() and len(text) > 3
        if is_loud or not self.levels:
            self.capitals = is_loud
        below = self.blocks and self.blocks[-1].startswith("<h2>")
        return 3 if below or (self.capitals and not is_loud) else 2

    def _add_heading(self, text: str, level: int) -> None:
        self.levels.append(level)
        self._add(f"<h{level}>{_inline(text)}</h{level}>")

    def _at(self, position: int) -> _Line | None:
        return self.lines[position] if position < len(self.lines) else None

    def _is_heading(self, position: int) -> bool:
        """A short line that more lines follow: without closing punctuation, or a lone question."""
        line = self.lines[position]
        text = line.text.strip()
        if self._at(position + 1) is None or not _is_title_like(text):
            return False
        if text.endswith("?"):
            return (line.after_blank and line.before_blank) or self.dense
        return not text.endswith(_CLOSING)

    def _short_lines(self) -> int:
        """How many lines in a row look like headings. Several are an address or verse."""
        end = self.position
        while (line := self._at(end)) and not line.is_item and self._is_heading(end):
            end += 1
            if line.before_blank:
                break
        return end - self.position

    def _write_list(self) -> bool:
        marker = _NUMBER if _NUMBER.match(self.lines[self.position].text) else _BULLET
        start = self.position
        items = self._items(marker)
        lone = len(items) == 1 and (marker is _NUMBER or self.lines[start].text.strip()[0] in "–—")
        if lone:
            self.position = start
            return False
        numbered = marker is _NUMBER and _NUMBER.match(self.lines[start].text)
        opening = f'<ol start="{numbered[1]}">' if numbered else "<ul>"
        labelled = all(_LABEL.match(item[0]) for item in items)
        written = "".join(_item(item, labelled=labelled) for item in items)
        self.blocks.append(f"{opening}{written}</{'ol' if numbered else 'ul'}>")
        return True

    def _items(self, marker: re.Pattern[str]) -> list[list[str]]:
        """Each item's own text, and the paragraph that belongs to it."""
        items: list[list[str]] = []
        while (line := self._at(self.position)) and (match := marker.match(line.text)):
            parts = [line.text[match.end() :].strip()]
            self.position += 1
            while (more := self._at(self.position)) and not (more.after_blank or more.is_item):
                if _indent(more) <= _indent(line):
                    break
                parts.append(more.text.strip())
                self.position += 1
            item = [" ".join(parts)]
            if self._paragraph_belongs(item[0], items, marker):
                item.append(self.lines[self.position].text.strip())
                self.position += 1
            items.append(item)
        return items

    def _paragraph_belongs(
        self, item: str, items: list[list[str]], marker: re.Pattern[str]
    ) -> bool:
        """Whether items are short titles, each with a paragraph in the line below."""
        below, beyond = self._at(self.position), self._at(self.position + 1)
        if not below or below.is_item or not below.text.rstrip().endswith(_CLOSING):
            return False
        if item.endswith(_CLOSING) or not _is_title_like(item):
            return False
        return len(items[-1]) == 2 if items else bool(beyond and marker.match(beyond.text))

    def _write_unmarked_list(self) -> None:
        """Short lines right below a line that ends with a colon."""
        end = self.position
        if end and self.lines[end - 1].before_blank:
            return
        while (line := self._at(end)) and not line.is_item:
            if len(line.text) > 200 or line.text.endswith(":"):
                break
            end += 1
            if end - self.position > MAX_UNMARKED_ITEMS:
                return
            if line.before_blank:
                break
        items = [line.text.strip() for line in self.lines[self.position : end]]
        lengths = sorted(map(len, items))
        unclosed = sum(1 for item in items if not item.endswith(_CLOSING))
        if len(items) < 2 or lengths[len(items) // 2] > 80 or 2 * unclosed < len(items):
            return
        self._add(f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>", len(items))


def _indent(line: _Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _is_title_like(text: str) -> bool:
    if len(text) > 100 or len(text.split()) > 14:
        return False
    return not text[0].islower() and any(map(str.isalpha, text))


def _quoted(text: str) -> str:
    """The text between its quotation marks, or "" when the marks do not enclose all of it."""
    closing = _QUOTES.get(text[0])
    if not closing or text[-1] not in closing or len(text.split()) < 4:
        return ""
    inside = text[1:-1]
    # “One,” he said, “two.” is a sentence with two quotes.
    if text[0] != "‘" and any(mark in inside for mark in {text[0], *closing}):
        return ""
    return inside.strip()


def _item(item: list[str], *, labelled: bool) -> str:
    if len(item) == 2:
        return f"<li><p><strong>{_inline(item[0])}</strong></p><p>{_inline(item[1])}</p></li>"
    label = _LABEL.match(item[0]) if labelled else None
    if label:
        return f"<li><strong>{_inline(label[1])}:</strong> {_inline(item[0][label.end() :])}</li>"
    return f"<li>{_inline(item[0])}</li>"


def _inline(text: str) -> str:
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', escape(text.strip(), quote=False))
