"""From what happens on the day to what is sent: the bodies of the public doors. Pure.

The one place of the demo that knows the field names of the services' APIs.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.actions import Alert, AlertCancelled, Call, Pass, Permit, PermitState, Report, Traveller, Watch

Body = dict[str, Any]

_PURPOSES: Mapping[str, str] = {
    "vận chuyển hàng hóa": "freight",
    "vận chuyển hàng hóa liên tỉnh": "freight",
    "giao hàng": "delivery",
    "đi làm hằng ngày": "work",
    "công vụ": "duty",
    "khám chữa bệnh": "medical",
    "về nhà chịu tang": "funeral",
    "đưa đón công nhân": "passengers",
    "đưa đón chuyên gia": "passengers",
    "đưa công dân về quê": "return_home",
}
_REASONS: Mapping[str, str] = {
    "F1 chưa đến nơi cách ly": "contact_not_arrived",
    "Rời khu cách ly": "left_quarantine",
    "Né chốt kiểm soát": "evaded_post",
    "Giấy xét nghiệm giả": "forged_certificate",
}


def report_body(report: Report) -> Body:
    """What a citizen's phone sends; fields that were left empty are left out."""
    reporter, subject = report.reporter, report.subject
    return _given(
        kind=report.kind,
        words=report.words,
        severe_signs=list(report.severe_signs),
        on_behalf=subject is not None,
        confidential=report.confidential,
        name=reporter and reporter.name,
        phone=reporter and reporter.phone,
        cccd=reporter and reporter.cccd,
        subject_name=subject and subject.name,
        subject_phone=subject and subject.phone,
        address=reporter and reporter.address,
        ward=report.ward,
        where=_point(report.latitude, report.longitude),
        language=report.language,
        synthetic=True,
    )


def ring_body(call: Call) -> Body:
    """What the exchange's hook sends."""
    return {"phone": call.caller.phone}


def call_report_body(call: Call) -> Body:
    """What the call-taker writes down."""
    caller = call.caller
    return _given(
        kind=call.report_kind,
        words=call.words,
        name=caller.name,
        phone=caller.phone,
        address=caller.address,
        ward=call.ward,
        synthetic=True,
    )


def ending_body(call: Call) -> Body:
    """How the call-taker records the call."""
    return {"outcome": call.outcome}


def permit_body(permit: Permit) -> Body:
    """What the posts' command issues."""
    return _given(
        purpose=_PURPOSES[permit.purpose],
        plate=permit.plate,
        trailer=permit.trailer,
        holder_name=permit.holder.name,
        holder_phone=permit.holder.phone,
        note=permit.goods,
        valid_from=_written(permit.starts),
        valid_until=_written(permit.ends),
        posts=list(permit.posts),
        synthetic=True,
    )


def watch_body(watch: Watch) -> Body:
    """What an officer of police or CDC puts on the list."""
    return {
        "by": watch.by,
        "value": watch.value,
        "reason": _REASONS[watch.reason],
        "expires_at": _written(watch.expires),
        "synthetic": True,
    }


def alert_body(alert: Alert, ahead: timedelta = timedelta(0)) -> Body:
    """What the press officer drafts.

    Args:
        alert: as planned.
        ahead: the day lies in the past, but an alert must hold at least until people have read it.
    """
    return {
        "headline_vi": alert.headline_vi,
        "headline_en": alert.headline_en,
        "text_vi": alert.text_vi,
        "text_en": alert.text_en,
        "severity": alert.severity,
        "wards": list(alert.wards),
        "expires_at": _written(alert.expires + ahead),
        "synthetic": True,
    }


def pass_body(seen: Pass, code: str | None) -> Body:
    """What an officer's phone sends; `code` is what the driver shows."""
    return _given(
        post=seen.post,
        lane=seen.lane,
        direction=seen.direction,
        plate=seen.plate,
        trailer=seen.trailer,
        people=len(seen.people),
        travellers=[_traveller(each) for each in seen.people],
        permit_code=code,
        observed_at=_written(seen.happened_at),
        synthetic=True,
    )


def shown_code(code: str, state: PermitState) -> str:
    """The code as it is shown: a forged one has a character that its check character gives away."""
    if state != "forged":
        return code
    return ("1" if code[0] == "0" else "0") + code[1:]


def cancellation_body(cancelled: AlertCancelled) -> Body:
    return {"reason_vi": cancelled.reason_vi, "reason_en": cancelled.reason_en}


def _traveller(traveller: Traveller) -> Body:
    person = traveller.person
    return _given(
        name=person.name,
        cccd=person.cccd,
        phone=person.phone,
        coming_from=traveller.came_from,
        left_on=traveller.left_area and traveller.left_area.isoformat(),
        temperature=traveller.temperature,
    )


def _point(latitude: float | None, longitude: float | None) -> Body | None:
    if latitude is None or longitude is None:
        return None
    return {"latitude": latitude, "longitude": longitude}


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _given(**fields: Any) -> Body:
    return {name: value for name, value in fields.items() if value is not None}
