"""Pages: templates with one look, in two languages.

    pages = Pages(service="intake", folders=[Path(__file__).parent / "reports" / "templates"], ...)
    return pages.render(request, "report.html", form=form, errors=errors)

A template extends `citizen.html`, `console.html`, `field.html` or `screen.html`, fills `title` and `content`,
and builds from `ui` (the macros of `components.html`), which needs no import.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import InternationalizationExtension
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from shared.clock import Clock
from shared.clock import now as clock_now
from shared.errors import FieldProblem, Refusal, Text
from shared.settings import ServiceName
from shared.web.assets import Assets
from shared.web.flash import flash_of, forget_flash, keep_flash
from shared.web.formats import Formats
from shared.web.language import LANGUAGES, LOCALES, Language, language_of, load_translations, remember_language
from shared.web.markup import attributes, field_id, sparkline

TEMPLATES = Path(__file__).parent / "templates"
_LAYOUTS = ("citizen.html", "console.html", "field.html", "screen.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is signed in, as the top bar says it. `role` and `agency` are words for people, not identifiers."""

    name: str
    role: str
    agency: str = ""


def nobody(request: Request) -> Viewer | None:  # noqa: ARG001 - the default of `viewer_of`: nobody is signed in
    return None


def no_token(request: Request) -> str:  # noqa: ARG001 - the default of `token_of`: citizens' pages need none
    return ""


class Pages:
    """The templates of one service.

    Args:
        service: whose pages these are; also the name of its catalogue.
        folders: template folders of its capabilities; looked through before the shared ones.
        origins: the public origin of each service (`http://localhost:8001`), for the links between them.
        province: the province's name, for titles.
        hotline: the province's hotline, for every citizen's page.
        static: folders with the service's own static files.
        viewer_of: who is signed in on a request.
        token_of: the anti-forgery token that forms of this request must carry.
        clock: the present, for ages.
    """

    def __init__(
        self,
        *,
        service: ServiceName,
        folders: Sequence[Path],
        origins: Mapping[ServiceName, str],
        province: str,
        hotline: str,
        static: Sequence[Path] = (),
        viewer_of: Callable[[Request], Viewer | None] = nobody,
        token_of: Callable[[Request], str] = no_token,
        clock: Clock = clock_now,
        locales: Path = LOCALES,
    ) -> None:
        self.service = service
        self.assets = Assets(static)
        self._viewer_of = viewer_of
        self._token_of = token_of
        self._clock = clock
        site = {"service": service, "origins": dict(origins), "province": province, "hotline": hotline}
        loader = ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, TEMPLATES)])
        self._environments = {
            language: _environment(language, loader, ("shared", service), locales, self.assets, site)
            for language in LANGUAGES
        }

    def render(
        self,
        request: Request,
        name: str,
        /,
        *,
        block: str | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A whole page, or one block of it for a partial update.

        The context always holds: language, viewer, token_field, now, path, switch (language → address), flash.
        """
        language = language_of(request)
        everything = {**self._of_request(request, language), **context}
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
        response = RedirectResponse(to, 303)
        if flash:
            keep_flash(request, response, self.translated(language_of(request), flash))
        return response

    def refusal(
        self, request: Request, refusal: Refusal, layout: str = "citizen.html", *, trace: str = ""
    ) -> HTMLResponse:
        """The page that says why something was refused; `trace` is what to quote when asking for help."""
        return self.render(
            request,
            "refusal.html",
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

    def _of_request(self, request: Request, language: Language) -> dict[str, Any]:
        token = self._token_of(request)
        return {
            "language": language,
            "viewer": self._viewer_of(request),
            "token_field": Markup('<input type="hidden" name="token" value="{}">').format(token) if token else "",
            "form_token": token,
            "now": self._clock(),
            "path": request.url.path,
            "switch": {other: _in_language(request, other) for other in LANGUAGES},
            "here": str(request.url.replace(fragment="")),
            "flash": flash_of(request),
        }


def errors_of(problems: Sequence[FieldProblem]) -> dict[str, Text]:
    """What is wrong by field, the first problem of each: what `ui.field(error=…)` takes."""
    by_field: dict[str, Text] = {}
    for problem in problems:
        by_field.setdefault(problem.field, problem.text)
    return by_field


def _in_language(request: Request, language: Language) -> str:
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"


def _environment(
    language: Language,
    loader: ChoiceLoader,
    domains: Sequence[str],
    locales: Path,
    assets: Assets,
    site: Mapping[str, Any],
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
    )
    translations = load_translations(language, domains, locales)
    install = cast("Any", environment).install_gettext_translations
    install(translations, newstyle=True)
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters.update(Formats(language, translations).filters())
    environment.filters.update(attributes=attributes, field_id=field_id, sparkline=sparkline)
    environment.globals.update(site, language=language, asset=assets.address)
    environment.globals["ui"] = environment.get_template("components.html").module
    return environment
