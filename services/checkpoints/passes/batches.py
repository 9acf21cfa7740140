"""Passes that waited on a device, uploaded together: each item is carried out, or refused, by itself."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from services.checkpoints.passes.commands import ObservedPass
from services.checkpoints.passes.desk import PassDesk
from services.checkpoints.passes.views import PassView
from shared.errors import FieldProblem, Refusal, Text, Unprocessable
from shared.http.wording import field_problem
from shared.security import Person
from shared.text import read_record_id

_AT_ONCE = 16
"""Items in work at the same time: enough to share round trips, few enough not to starve other requests."""

_ITEM = Text(vi="Mỗi mục cần có id (UUID) và pass.", en="Each item needs an id (UUID) and a pass.")
_FIELDS = Text(vi="Có mục không hợp lệ; hãy sửa rồi gửi lại.", en="A field is not acceptable; correct it and resend.")


class ItemField(BaseModel):
    field: str
    vi: str
    en: str


class ItemProblem(BaseModel):
    """Why one item was refused; the same words as a single request would get."""

    type: str
    detail_vi: str
    detail_en: str
    fields: tuple[ItemField, ...] = ()


class ItemResult(BaseModel):
    """What became of one item, in the order of the request."""

    id: str | None
    status: int
    recorded: PassView | None = None
    problem: ItemProblem | None = None


async def record_batch(items: Sequence[Any], person: Person, desk: PassDesk) -> list[ItemResult]:
    """Record each item; the same ids with the same content get the same answers, however often they are sent."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(item: Any) -> ItemResult:
        async with turn:
            return await _recorded(item, person, desk)

    return list(await asyncio.gather(*map(one, items)))


async def _recorded(item: Any, person: Person, desk: PassDesk) -> ItemResult:
    """One item's result. What is no refusal (MongoDB away) fails the whole request, to be sent again."""
    pass_id: str | None = None
    try:
        pass_id, command = _read(item)
        stored = await desk.record(pass_id, command, person)
    except Refusal as refusal:
        return ItemResult(id=pass_id, status=int(refusal.status), problem=_problem(refusal))
    view = PassView.of_pass(stored.id, stored.state)
    return ItemResult(id=pass_id, status=201 if stored.first else 200, recorded=view)


def _read(item: Any) -> tuple[str, ObservedPass]:
    if not isinstance(item, dict) or set(item) != {"id", "pass"} or not isinstance(item["id"], str):
        raise Unprocessable("invalid-fields", _ITEM, fields=[FieldProblem("id", _ITEM)])
    pass_id = read_record_id(item["id"])
    if pass_id is None:
        raise Unprocessable("invalid-fields", _ITEM, fields=[FieldProblem("id", _ITEM)])
    try:
        return pass_id, ObservedPass.model_validate(item["pass"])
    except ValidationError as error:
        found = [field_problem({**fault, "loc": ("body", *fault["loc"])}) for fault in error.errors()]
        problems = [FieldProblem(each.field, each.text) for each in found]
        raise Unprocessable("invalid-fields", _FIELDS, fields=problems) from error


def _problem(refusal: Refusal) -> ItemProblem:
    return ItemProblem(
        type=f"/problems/{refusal.slug}",
        detail_vi=refusal.text.vi,
        detail_en=refusal.text.en,
        fields=tuple(ItemField(field=each.field, vi=each.text.vi, en=each.text.en) for each in refusal.fields),
    )
