"""The page on which operators and the committee search a service's audit and have its chain checked (F69)."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from shared.audit import Audit
from shared.audit_chain import Break
from shared.audit_door import AUDITORS, FoundEntries, SearchAudit, search_audit
from shared.http import FormErrors, FormValues, read_form
from shared.security import Person
from shared.security.wiring import require_page
from shared.web.pages import Pages, errors_of

Auditor = Annotated[Person, require_page(*AUDITORS)]


def audit_pages(pages: Pages, audit: Audit) -> APIRouter:
    """`/audit` of one service."""
    routes = APIRouter(include_in_schema=False)

    async def shown(
        request: Request,
        person: Person,
        found: FoundEntries = FoundEntries(entries=[], before=None),
        wanted: FormValues | FormErrors = FormValues({}),
        *,
        checked: tuple[Break | None] | None = None,
    ) -> HTMLResponse:
        refused = wanted if isinstance(wanted, FormErrors) else None
        return pages.render(
            request,
            "audit.html",
            person=person,
            status=422 if refused else 200,
            entries=found.entries,
            before=found.before,
            head=await audit.head(),
            checked=checked,
            form=refused.values if refused else wanted,
            errors=errors_of(refused.problems) if refused else {},
        )

    @routes.get("/audit")
    async def show_newest(request: Request, person: Auditor) -> HTMLResponse:
        return await shown(request, person, await search_audit(audit, SearchAudit(), person))

    @routes.post("/audit/find")
    async def find_entries(request: Request, person: Auditor) -> HTMLResponse:
        wanted = await read_form(request, SearchAudit)
        if isinstance(wanted, FormErrors):
            return await shown(request, person, wanted=wanted)
        typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        return await shown(request, person, await search_audit(audit, wanted, person), FormValues(typed))

    @routes.post("/audit/check")
    async def check_chain(request: Request, person: Auditor) -> HTMLResponse:
        return await shown(request, person, checked=(await audit.verify(),))

    return routes
