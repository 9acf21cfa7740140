"""Pages: templates with one look, in two languages.

    pages = Pages(Site.of("intake", settings, profile), folders=[Path(__file__).parent / "reports" / "templates"])
    return pages.render(request, "report.html", person=person, form=form, errors=errors)

A template extends `citizen.html`, `console.html`, `field.html` or `screen.html`, fills `title` and `content`,
and builds from `ui` (the macros of `components.html`), which needs no import.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from shared.clock import Clock
from shared.clock import now as clock_now
from shared.errors import FieldProblem, Refusal, Text
from shared.security.forgery import TOKEN_FIELD
from shared.security.people import Person
from shared.web.assets import Assets
from shared.web.flash import flash_of, forget_flash, keep_flash
from shared.web.formats import Formats
from shared.web.language import LANGUAGES, LOCALES, Language, language_of, load_translations, remember_language
from shared.web.markup import at_dots, attributes, field_id, sparkline
from shared.web.site import Site

TEMPLATES = Path(__file__).parent / "templates"
_TOKEN_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


class Pages:
    """The templates of one service.

    Args:
        site: what every page of this service knows about itself and its neighbours.
        folders: template folders of its capabilities; looked through before the shared ones.
        static: folders with the service's own static files.
        clock: the present, for ages.
        locales: where the catalogues are.
    """

    def __init__(
        self,
        site: Site,
        *,
        folders: Sequence[Path],
        static: Sequence[Path] = (),
        clock: Clock = clock_now,
        locales: Path = LOCALES,
    ) -> None:
        self.site = site
        self.assets = Assets(static, site.home)
        self._clock = clock
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, TEMPLATES)])
        compiled = _Compiled()
        self._environments = {
            language: _environment(language, loader, compiled, site, locales, self.assets) for language in LANGUAGES
        }

    def render(
        self,
        request: Request,
        name: str,
        /,
        *,
        person: Person | None = None,
        block: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A whole page, or one block of it for a partial update.

        Args:
            request: gives the language, the path and the sentence carried over a redirect.
            name: the template.
            person: who is signed in: named in the bar, and their forms carry `token_field`.
            block: render this block alone.
            status: of the answer.
            headers: further headers of the answer.
            context: what the template names; it also finds `person`, `token_field`, `now`, `path` and `language`.
        """
        language = language_of(request)
        everything = {**self._of_request(request, language, person), **context}
        response = HTMLResponse(self._text(language, name, block, everything), status, headers)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers["Content-Language"] = language
        response.headers.append("Vary", "Accept-Language, Cookie")
        remember_language(request, response)
        if block is None:
            forget_flash(request, response)
        return response

    def fragment(self, language: Language, name: str, block: str, /, **context: Any) -> str:
        """One block of a template outside of any request: what live streams send."""
        return self._text(language, name, block, {"now": self._clock(), "language": language, **context})

    def redirect(self, request: Request, to: str, *, flash: str = "") -> RedirectResponse:
        """See-other to one of our own pages, which says `flash` once. `flash` is a marked label (`_("Đã lưu")`).

        Raises:
            ValueError: `to` is not a path on this service.
        """
        if not to.startswith("/") or to.startswith(("//", "/\\")):
            raise ValueError("a redirect leads to a path of this service")
        response = RedirectResponse(self.site.address(to), 303)
        if flash:
            keep_flash(request, response, self.translated(language_of(request), flash))
        return response

    def refusal(
        self,
        request: Request,
        refusal: Refusal,
        *,
        person: Person | None = None,
        layout: str = "citizen.html",
        trace: str = "",
    ) -> HTMLResponse:
        """The page that says why something was refused; `trace` is what to quote when asking for help."""
        return self.render(
            request,
            "refusal.html",
            person=person,
            status=refusal.status,
            headers=refusal.headers,
            layout=layout,
            refusal=refusal,
            trace=trace,
        )

    def translated(self, language: Language, label: str) -> str:
        """A marked label in a language."""
        return str(self._environments[language].filters["translated"](label))

    def _text(self, language: Language, name: str, block: str | None, context: Mapping[str, Any]) -> str:
        template = self._environments[language].get_template(name)
        if block is None:
            return template.render(context)
        fill = template.blocks[block]
        return "".join(fill(template.new_context(dict(context))))

    def _of_request(self, request: Request, language: Language, person: Person | None) -> dict[str, Any]:
        token = request.app.state.security.csrf_token(person) if person else ""
        return {
            "language": language,
            "person": person,
            "form_token": token,
            "token_field": _TOKEN_FIELD.format(TOKEN_FIELD, token) if token else "",
            "now": self._clock(),
            "path": request.url.path,
            "back": _without_origin(request.url),
            "switch": {other: self._in_language(request.url, other) for other in LANGUAGES},
            "flash": flash_of(request),
        }

    def _in_language(self, url: URL, language: Language) -> str:
        return self.site.address(_without_origin(url.include_query_params(lang=language)))


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of the page (render a block), and not a browser for a whole one."""
    return request.headers.get("hx-request-type") == "partial"


def errors_of(problems: Sequence[FieldProblem]) -> dict[str, Text]:
    """What is wrong by field, the first problem of each: what `ui.field(error=…)` takes."""
    by_field: dict[str, Text] = {}
    for problem in problems:
        by_field.setdefault(problem.field, problem.text)
    return by_field


class _Compiled(BytecodeCache):
    """Templates compiled for one language serve the other: only their environments differ."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


def _without_origin(url: URL) -> str:
    return f"{url.path}?{url.query}" if url.query else url.path


def _environment(
    language: Language, loader: ChoiceLoader, compiled: BytecodeCache, site: Site, locales: Path, assets: Assets
) -> Environment:
    """One environment per language, so that macros imported without context speak it too."""
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[InternationalizationExtension],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=compiled,
    )
    translations = load_translations(language, ("shared", site.service), locales)
    cast("Any", environment).install_gettext_translations(translations, newstyle=True)
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(Formats(language, translations).filters())
    environment.filters.update(at_dots=at_dots, attributes=attributes, field_id=field_id, sparkline=sparkline)
    environment.globals.update(site=site, language=language, asset=assets.address)
    environment.globals["ui"] = environment.get_template("components.html").module
    return environment
