"""The operators' pages: who has an account, what it may do, its password and API keys (F41)."""

from collections.abc import Awaitable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from services.routing.accounts.commands import AccountForm, ConfirmForm, KeyForm, PasswordForm
from services.routing.accounts.desk import AccountDesk
from shared.errors import Conflict, FieldProblem, Refusal, Text, Unprocessable
from shared.http import FormErrors, FormValues, language_of, read_form
from shared.ids import new_id
from shared.profile import Profile
from shared.security import Person, Role, require_page
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of
from shared.web.site import ROLES

Operator = Annotated[Person, require_page(Role.OPERATOR)]
AccountId = Annotated[str, Path(max_length=80)]
KeyId = Annotated[str, Path(max_length=80)]

_T = TypeVar("_T")

SCOPES = {
    "tasks": _("Đọc và trả lời nhiệm vụ"),
    "identity": _("Xem danh tính (có ghi sổ)"),
    "calls": _("Báo cuộc gọi đến từ tổng đài"),
    "alerts": _("Soạn và duyệt cảnh báo"),
    "subscriptions": _("Đăng ký nhận tin qua webhook"),
    "operations": _("Vận hành: thư chết, phát lại"),
}
"""What an API key may be allowed, as pages call it."""


def router(desk: AccountDesk, pages: Pages, profile: Profile) -> APIRouter:
    """The pages of accounts."""
    routes = APIRouter(include_in_schema=False)
    _offer_accounts(routes, desk, pages, profile)
    _offer_changes(routes, desk, pages)
    _offer_keys(routes, desk, pages)
    return routes


def _offer_accounts(routes: APIRouter, desk: AccountDesk, pages: Pages, profile: Profile) -> None:
    def form_page(request: Request, operator: Person, form: FormErrors | None = None) -> HTMLResponse:
        language = language_of(request)
        said = [(str(role), pages.translated(language, label)) for role, label in ROLES.items()]
        return pages.render(
            request,
            "account_form.html",
            person=operator,
            status=422 if form else 200,
            form=form.values if form else FormValues({}),
            chosen=form.chosen("roles") if form else (),
            errors=errors_of(form.problems) if form else {},
            roles=said,
            agencies=[(each.id, each.name.en if language == "en" else each.name.vi) for each in profile.agencies],
            posts=[(each.id, each.name.en if language == "en" else each.name.vi) for each in profile.posts],
            key=new_id(),
        )

    @routes.get("/accounts")
    async def list_accounts(request: Request, operator: Operator) -> HTMLResponse:
        accounts = [each.state for each in await desk.accounts.all()]
        return pages.render(request, "accounts.html", person=operator, accounts=accounts, roles=ROLES)

    @routes.get("/accounts/new")
    async def show_form(request: Request, operator: Operator) -> HTMLResponse:
        return form_page(request, operator)

    @routes.post("/accounts/new")
    async def make_account(request: Request, operator: Operator) -> Response:
        form = await read_form(request, AccountForm)
        if isinstance(form, FormErrors):
            return form_page(request, operator, form)
        refusal = await refused(desk.make(form.command(), form.key, operator.account))
        if refusal is not None:
            typed = form.model_dump(mode="json", exclude={"password", "roles"}, exclude_none=True)
            return form_page(
                request,
                operator,
                FormErrors(FormValues(typed), {"roles": tuple(form.roles)}, refusal),
            )
        return pages.redirect(request, f"/accounts/{form.id}", flash=_("Đã tạo tài khoản."))


def _offer_changes(routes: APIRouter, desk: AccountDesk, pages: Pages) -> None:
    @routes.get("/accounts/{account_id}")
    async def show_account(account_id: AccountId, request: Request, operator: Operator) -> HTMLResponse:
        return await account_page(request, operator, desk, pages, account_id)

    @routes.get("/accounts/{account_id}/close")
    async def ask_to_close(account_id: AccountId, request: Request, operator: Operator) -> HTMLResponse:
        account = (await desk.accounts.aggregates.get(account_id)).state
        return _confirm(
            pages,
            request,
            operator,
            title=_("Đóng tài khoản"),
            consequence=_("Mọi phiên và khóa API của tài khoản này ngừng ngay, ở cả bốn dịch vụ. Có thể mở lại."),
            name=account.name,
            action=f"/accounts/{account_id}/close",
            label=_("Đóng tài khoản"),
            back=f"/accounts/{account_id}",
        )

    @routes.post("/accounts/{account_id}/close")
    async def close_account(account_id: AccountId, request: Request, operator: Operator) -> Response:
        key = _key_of(await read_form(request, ConfirmForm))
        await desk.activate(account_id, key, operator.account, active=False)
        return pages.redirect(request, f"/accounts/{account_id}", flash=_("Đã đóng tài khoản."))

    @routes.post("/accounts/{account_id}/open")
    async def open_account(account_id: AccountId, request: Request, operator: Operator) -> Response:
        key = _key_of(await read_form(request, ConfirmForm))
        await desk.activate(account_id, key, operator.account, active=True)
        return pages.redirect(request, f"/accounts/{account_id}", flash=_("Đã mở tài khoản."))


def _offer_keys(routes: APIRouter, desk: AccountDesk, pages: Pages) -> None:
    @routes.post("/accounts/{account_id}/password/new")
    async def change_password(account_id: AccountId, request: Request, operator: Operator) -> Response:
        form = await read_form(request, PasswordForm)
        if isinstance(form, FormErrors):
            return await account_page(request, operator, desk, pages, account_id, form.problems)
        problems = await refused(desk.change_password(account_id, form.password, form.key, operator.account))
        if problems is not None:
            return await account_page(request, operator, desk, pages, account_id, problems)
        return pages.redirect(request, f"/accounts/{account_id}", flash=_("Đã đặt mật khẩu mới."))

    @routes.post("/accounts/{account_id}/keys/new")
    async def make_key(account_id: AccountId, request: Request, operator: Operator) -> Response:
        form = await read_form(request, KeyForm)
        if isinstance(form, FormErrors):
            return await account_page(request, operator, desk, pages, account_id, form.problems)
        text = await desk.make_key(account_id, form.command(), form.key, operator.account)
        return pages.render(
            request, "new_key.html", person=operator, account_id=account_id, text=text, label=form.label
        )

    @routes.get("/accounts/{account_id}/keys/{key_id}/remove")
    async def ask_to_remove(
        account_id: AccountId, key_id: KeyId, request: Request, operator: Operator
    ) -> HTMLResponse:
        account = (await desk.accounts.aggregates.get(account_id)).state
        return _confirm(
            pages,
            request,
            operator,
            title=_("Xóa khóa API"),
            consequence=_("Phần mềm dùng khóa này bị từ chối trong vòng một giây. Không lấy lại được."),
            name=next((f"{account.name}: {key.label}" for key in account.api_keys if key.id == key_id), account.name),
            action=f"/accounts/{account_id}/keys/{key_id}/remove",
            label=_("Xóa khóa"),
            back=f"/accounts/{account_id}",
        )

    @routes.post("/accounts/{account_id}/keys/{key_id}/remove")
    async def remove_key(account_id: AccountId, key_id: KeyId, request: Request, operator: Operator) -> Response:
        key = _key_of(await read_form(request, ConfirmForm))
        await desk.remove_key(account_id, key_id, key, operator.account)
        return pages.redirect(request, f"/accounts/{account_id}", flash=_("Đã xóa khóa."))


async def account_page(
    request: Request,
    operator: Person,
    desk: AccountDesk,
    pages: Pages,
    account_id: str,
    problems: tuple[FieldProblem, ...] = (),
) -> HTMLResponse:
    """One account with everything that can be done to it."""
    account = (await desk.accounts.aggregates.get(account_id)).state
    language = language_of(request)
    return pages.render(
        request,
        "account.html",
        person=operator,
        status=422 if problems else 200,
        account=account,
        roles=ROLES,
        scopes=[(scope, pages.translated(language, label)) for scope, label in SCOPES.items()],
        scope_labels=SCOPES,
        errors=errors_of(problems),
        new_key=new_id,
    )


async def refused(doing: Awaitable[_T]) -> tuple[FieldProblem, ...] | None:
    """What is wrong with the fields, where the desk refuses them; None where it did what was asked."""
    try:
        await doing
    except (Unprocessable, Conflict) as refusal:
        return refusal.fields or _nameless(refusal)
    return None


def _nameless(refusal: Refusal) -> tuple[FieldProblem, ...]:
    return (FieldProblem("id", refusal.text),)


def _key_of(form: ConfirmForm | FormErrors) -> str:
    if isinstance(form, FormErrors):
        raise Unprocessable("invalid-fields", _AGAIN, fields=form.problems)
    return form.key


def _confirm(pages: Pages, request: Request, operator: Person, *, name: str, **said: Any) -> HTMLResponse:
    language = language_of(request)
    words: dict[str, Any] = {
        part: pages.translated(language, said.pop(part)) for part in ("title", "consequence", "label")
    }
    return pages.render(
        request,
        "confirm.html",
        person=operator,
        layout="routing.html",
        facts=[(pages.translated(language, _("Tên")), name)],
        values={"key": new_id()},
        **words,
        **said,
    )


_AGAIN = Text(
    vi="Không đọc được lần bấm này. Hãy mở lại trang.", en="This press cannot be read. Open the page again."
)
