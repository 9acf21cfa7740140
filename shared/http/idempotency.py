"""Retries that can't do a thing twice: the client's id of a record, and the digest that tells equal commands."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import Depends, Header
from pydantic import BaseModel

from shared.errors import FieldProblem, Text, Unprocessable
from shared.ids import new_id
from shared.text.strings import read_record_id

_TEXT = Text(
    "Idempotency-Key phải là UUID do thiết bị tạo trước lần gửi đầu tiên.",
    "Idempotency-Key must be a UUID that the client makes before its first attempt.",
)


# async although it awaits nothing: FastAPI runs plain functions in a thread, which costs more than a whole request.
async def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="The record's id (UUID), made before the first attempt; the same one on every retry. A retry "
            "without it is a new command, and makes a second record."
        ),
    ] = None,
) -> str:
    if idempotency_key is None:
        return new_id()
    known = read_record_id(idempotency_key.strip())
    if known is None:
        raise Unprocessable("invalid-fields", _TEXT, fields=[FieldProblem("Idempotency-Key", _TEXT, "header")])
    return known


IdempotencyKey = Annotated[str, Depends(_idempotency_key)]
"""The id the new record shall have: the client's, or a new one."""


def sent_again(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers 201 once, and 200 whenever the same command comes again."""
    return {200: {"model": model, "description": "Sent again under the same Idempotency-Key: the first answer."}}


def command_digest(command: BaseModel) -> str:
    """SHA-256 (hex) of the command as canonical JSON: equal commands, however they were spelled, are equal here."""
    canonical = json.dumps(command.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
