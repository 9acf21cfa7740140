"""The overview and the reconciliation over HTTP."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from services.notifications.situation.board import SituationBoard
from services.notifications.situation.figures import Situation
from services.notifications.situation.reconciliation import Reconciliation, Verdict
from shared.security import Person, require

Staff = Annotated[Person, require(scope="operations")]


class RowView(BaseModel):
    """One line: three numbers, what is missing and for how long.

    `stored` is null until its owner has counted; `followed_by` where nothing follows.
    """

    what: str
    stored: int | None
    on_kafka: int
    followed_by: int | None
    pending: int
    difference: int
    missing_seconds: float
    verdict: Verdict
    counted_at: datetime | None


class ReconciliationView(BaseModel):
    """All lines; `balanced` only if every one of them matches."""

    as_of: datetime
    rows: list[RowView]
    balanced: bool

    @classmethod
    def of(cls, reconciliation: Reconciliation) -> "ReconciliationView":
        rows = [RowView.model_validate(row, from_attributes=True) for row in reconciliation.rows]
        return cls(as_of=reconciliation.as_of, rows=rows, balanced=reconciliation.balanced)


def router(board: SituationBoard) -> APIRouter:
    """The routes of the situation; its figures name nobody."""
    routes = APIRouter(prefix="/api/v1", tags=["situation"])

    @routes.get("/situation")
    async def show_situation(_: Staff) -> Situation:
        situation, _reconciliation = await board.current()
        return situation

    @routes.get("/reconciliation")
    async def show_reconciliation(_: Staff) -> ReconciliationView:
        _situation, reconciliation = await board.current()
        return ReconciliationView.of(reconciliation)

    return routes
