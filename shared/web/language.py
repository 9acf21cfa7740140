"""Which language a page speaks, and the catalogues that make it speak it.

Source strings are Vietnamese, so Vietnamese needs no catalogue. English is merged from `shared.po` and the
service's own `.po`, read at start: there is no build step and no compiled file to forget.
"""

from collections.abc import Iterable, Sequence
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.requests import Request
from starlette.responses import Response

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "vi"
COOKIE = "haivan_language"
LOCALES = Path(__file__).parent / "locales"
_YEAR_SECONDS = 365 * 24 * 3600


def mark(text: str) -> str:
    """Marks a label in Python code for the catalogues (`from shared.web.language import mark as _`).

    The language is only known when a page is rendered, so the text comes back unchanged; templates say
    `{{ label|translated }}`.
    """
    return text


def language_of(request: Request) -> Language:
    """The language asked for: `?lang=`, else the cookie, else the first of Accept-Language that we speak."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE), *_accepted(request)):
        if wish in LANGUAGES:
            return wish
    return DEFAULT


def remember_language(request: Request, response: Response) -> None:
    """Keeps a choice made by `?lang=` in a cookie, which all four services read (cookies ignore ports)."""
    wish = request.query_params.get("lang")
    if wish in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, wish, max_age=_YEAR_SECONDS, samesite="lax", secure=secure, httponly=True)


def _accepted(request: Request) -> list[str]:
    """The primary subtags of Accept-Language, most wanted first (RFC 9110, 12.5.4)."""
    weighted = []
    for position, part in enumerate(request.headers.get("accept-language", "")[:500].split(",")):
        tag, _, weight = part.partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if quality > 0:
            weighted.append((-quality, position, tag.strip().lower().split("-")[0]))
    return [tag for _, _, tag in sorted(weighted)]


def catalogue_path(domain: str, language: Language = "en", locales: Path = LOCALES) -> Path:
    return locales / language / "LC_MESSAGES" / f"{domain}.po"


def load_translations(language: Language, domains: Iterable[str], locales: Path = LOCALES) -> NullTranslations:
    """The translations of the given domains in one; a domain without a file has nothing to say yet."""
    if language == DEFAULT:
        return NullTranslations()
    merged = Translations()
    for path in _existing(language, domains, locales):
        merged.merge(_compiled(path))
    return merged


def _existing(language: Language, domains: Iterable[str], locales: Path) -> Sequence[Path]:
    paths = [catalogue_path(domain, language, locales) for domain in domains]
    return [path for path in paths if path.is_file()]


def _compiled(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = read_po(source, locale="en", abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
