"""From a bad input to the body that is sent: a good one's JSON text with one value in the place of another. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from deploy.demo.actions import ActionKind, BadInput
from deploy.demo.bodies import Body
from deploy.demo.doors import Raw

_PLACE = "\ue000value\ue000"
"""A private-use character that nobody types marks where the bad value's own text goes: parsed and written again, a
lone surrogate or a number beyond all bounds would be mended."""

_NAMES: Mapping[tuple[ActionKind, str], str] = {
    (ActionKind.REPORT, "latitude"): "where.latitude",
    (ActionKind.CALL, "caller.phone"): "phone",
    (ActionKind.CALL, "report_kind"): "kind",
    (ActionKind.PASS, "happened_at"): "observed_at",
    (ActionKind.PASS, "people.0.temperature"): "travellers.0.temperature",
    (ActionKind.PERMIT, "ends"): "valid_until",
}
_SOMEWHERE = {"latitude": 16.46, "longitude": 107.59}


def spoilt(bad: BadInput, good: Body) -> Raw:
    """The request that carries a bad input."""
    if bad.raw is not None:
        return Raw(content=bad.raw, content_type=bad.content_type, content_encoding=bad.content_encoding)
    if bad.field is None or bad.value is None:
        return Raw(content=json.dumps(good, ensure_ascii=False).encode())
    return Raw(content=_with(good, _NAMES.get((bad.of, bad.field), bad.field), bad.value))


def _with(good: Body, path: str, value: str) -> bytes:
    body: Any = json.loads(json.dumps(good))
    *way, last = path.split(".")
    at = body
    for name in way:
        at = at[int(name)] if isinstance(at, list) else at.setdefault(name, dict(_SOMEWHERE))
    at[last] = _PLACE
    return json.dumps(body, ensure_ascii=False).replace(f'"{_PLACE}"', value).encode("utf-8", "surrogatepass")
