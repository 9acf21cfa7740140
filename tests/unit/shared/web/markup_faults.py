"""What is wrong with a page's HTML, in sentences: the faults that no browser complains about.

Used on every component here; a test of a page can say `assert faults_of(page) == []` too.
"""

from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "hr", "img", "path", "source", "wbr", "polyline", "rect"}
_FIELDS = {"input", "select", "textarea"}
_UNNAMED_TYPES = {"hidden", "submit", "button"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "for")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[tuple[str, str]] = []
        self.labelled: set[str] = set()
        self.fields: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.headings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> repeats an attribute")
        if tag not in _VOID:
            self.open.append(tag)
        self._look_at_policy(tag, given)
        self._look_at_names(tag, given)
        self.headings += tag == "h1"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1] if self.open else 'nothing'}")
        else:
            self.open.pop()

    def _look_at_policy(self, tag: str, given: dict[str, str]) -> None:
        if "style" in given or tag == "style":
            self.faults.append(f"<{tag}> has inline style")
        if tag == "script" and "src" not in given:
            self.faults.append("inline script")
        self.faults += [f"<{tag}> has {name}" for name in given if name.startswith("on")]
        if given.get("href", "").startswith("javascript:"):
            self.faults.append("a javascript: link")
        if tag == "img" and "alt" not in given:
            self.faults.append("an image without alt")

    def _look_at_names(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        for name in _REFERENCES:
            self.references += [(name, one) for one in given.get(name, "").split()]
        if given.get("href", "").startswith("#"):
            self.references.append(("href", given["href"][1:]))
        if tag == "label" and "for" in given:
            self.labelled.add(given["for"])
        if tag in _FIELDS and given.get("type") not in _UNNAMED_TYPES and "label" not in self.open:
            self.fields.append((given.get("id", ""), given.get("name", "")))


def faults_of(html: str) -> list[str]:
    """Every fault found; an empty list for a good page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = reader.faults + [f"<{tag}> is never closed" for tag in reader.open]
    faults += [f"id {one!r} twice" for one in sorted(set(reader.ids)) if reader.ids.count(one) > 1]
    faults += [f"{name} leads to no id {to!r}" for name, to in reader.references if to not in reader.ids]
    faults += [f"field {name!r} has no label" for id_, name in reader.fields if id_ not in reader.labelled]
    if "<html" in html and reader.headings != 1:
        faults.append(f"{reader.headings} first-level headings")
    return faults
