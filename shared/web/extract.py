"""The texts that pages say, and whether the English catalogues know them: `python -m shared.web.extract`.

Adds what is missing to the right `.po` (empty, for a person to fill in), drops what nobody says any more, keeps the
rest. `--check` only tells. Texts of `services/<service>` go to that service's catalogue, all others to `shared`; what
`shared` already says is not repeated.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from babel.messages import frontend
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, check_and_call_extract_file
from babel.messages.pofile import read_po, write_po

from shared.settings import ROOT
from shared.web.language import LOCALES, catalogue_path

DOMAINS = ("shared", "intake", "routing", "checkpoints", "notifications")
_HEADER = """\
# English for the pages whose source texts are Vietnamese. Kept by: python -m shared.web.extract
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Text = str | tuple[str, ...]
Key = tuple[str, str | None]


@dataclass(slots=True)
class Said:
    """One text with its plural form and context, and the files that say it."""

    text: Text
    context: str | None
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return (self.text if isinstance(self.text, str) else self.text[0], self.context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What is wrong with the English of one text."""

    domain: str
    text: str
    file: str
    problem: str

    def __str__(self) -> str:
        return f"{self.domain}.po: {self.problem}: {self.text!r} ({self.file})"


def find_texts(root: Path = ROOT) -> dict[str, dict[Key, Said]]:
    """Every text that templates and marked Python code say, by domain."""
    found: dict[str, dict[Key, Said]] = {domain: {} for domain in DOMAINS}
    for path in _sources(root):
        domain = _domain_of(path.relative_to(root))
        for said in _texts_of(path, root):
            found[domain].setdefault(said.key, said).files.update(said.files)
    for domain in DOMAINS[1:]:
        for key in found[domain].keys() & found["shared"].keys():
            found["shared"][key].files.update(found[domain].pop(key).files)
    return found


def lacks(root: Path = ROOT, locales: Path = LOCALES) -> list[Lack]:
    """Texts without English, and English whose placeholders differ from the text's."""
    return [
        Lack(domain=domain, text=said.key[0], file=min(said.files), problem=problem)
        for domain, texts in find_texts(root).items()
        for catalogue in [_read(domain, locales)]
        for said in texts.values()
        for problem in _problems(said, catalogue)
    ]


def update(root: Path = ROOT, locales: Path = LOCALES) -> list[str]:
    """Rewrites the catalogues so that they hold exactly what is said; returns the texts that were new."""
    added = []
    for domain, texts in find_texts(root).items():
        old = _read(domain, locales)
        new = Catalog(locale="en")
        for said in texts.values():
            known = old.get(said.key[0], said.key[1])
            if known is None:
                added.append(said.key[0])
            english = known.string if known is not None and known.pluralizable == _is_plural(said.text) else ""
            new.add(said.text, english, locations=[(file, 0) for file in sorted(said.files)], context=said.context)
        if texts or catalogue_path(domain, locales=locales).is_file():
            _write(domain, new, locales)
    return added


def main(arguments: list[str] | None = None) -> int:
    """The command. Exit code 1 when English is missing."""
    parser = argparse.ArgumentParser(prog="python -m shared.web.extract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    added = [] if options.check else update()
    missing = lacks()
    sys.stdout.write("".join(f"{lack}\n" for lack in missing))
    sys.stdout.write(f"{len(added)} texts added, {len(missing)} without right English\n")
    return 1 if missing else 0


def _sources(root: Path) -> Iterator[Path]:
    """Templates, and the Python files that import `mark`: elsewhere `_` is no translation."""
    for folder in ("shared", "services"):
        for path in sorted((root / folder).rglob("*")):
            is_template = path.suffix == ".html" and "templates" in path.parts
            if is_template or (path.suffix == ".py" and "import mark as _" in path.read_text("utf-8")):
                yield path


def _texts_of(path: Path, root: Path) -> Iterator[Said]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = cast("Any", frontend).parse_mapping_cfg(config)  # babel gives it no types
    found: Any = check_and_call_extract_file(
        path, methods, options, None, DEFAULT_KEYWORDS, (), strip_comment_tags=False, dirpath=root
    )
    for file, _line, text, _comments, context in found:
        yield Said(text, context, {str(file)})


def _domain_of(relative: Path) -> str:
    is_service = relative.parts[0] == "services" and relative.parts[1] in DOMAINS
    return relative.parts[1] if is_service else "shared"


def _read(domain: str, locales: Path) -> Catalog:
    path = catalogue_path(domain, locales=locales)
    if not path.is_file():
        return Catalog(locale="en")
    with path.open("rb") as source:
        return read_po(source, locale="en", abort_invalid=True)


def _write(domain: str, catalogue: Catalog, locales: Path) -> None:
    path = catalogue_path(domain, locales=locales)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        target.write(_HEADER.encode())
        write_po(target, catalogue, width=110, omit_header=True, sort_output=True, include_lineno=False)


def _problems(said: Said, catalogue: Catalog) -> Iterator[str]:
    known = catalogue.get(*said.key)
    string = known.string if known else ""
    english = [string] if isinstance(string, str) or string is None else list(string)
    if not all(english):
        yield "no English"
        return
    expected = set(_PLACEHOLDER.findall(said.key[0]))
    if any(set(_PLACEHOLDER.findall(text or "")) != expected for text in english):
        yield "placeholders differ"


def _is_plural(text: Text) -> bool:
    return not isinstance(text, str)


if __name__ == "__main__":
    raise SystemExit(main())
