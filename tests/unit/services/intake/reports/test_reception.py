import json
from collections.abc import Mapping
from typing import cast

import pytest

from services.intake.reports.commands import SubmitReport
from services.intake.reports.domain import Report, SevereSign, danger_pattern, decide_reception
from services.intake.reports.reception import Reception, identity_of, masked
from shared.codes import code_hash, read_code
from shared.events.reports import Channel, ReportKind
from shared.identity.references import References
from shared.identity.vault import Vault
from shared.text import VietnamPoint
from tests.unit.services.intake.builders import NOON, hue


class GlassVault:
    """A vault that one can look into: what is sealed is written backwards."""

    async def seal(self, _record_id: str, fields: Mapping[str, str]) -> dict[str, bytes]:
        return {name: value[::-1].encode() for name, value in fields.items()}

    async def open(self, _record_id: str, sealed: Mapping[str, bytes]) -> dict[str, str]:
        return {name: value.decode()[::-1] for name, value in sealed.items()}


CANARY = SubmitReport(
    kind=ReportKind.SUSPECTED_INFECTION,
    words="Nguyễn Thị Hồng Gấm, 0905 123 456, CCCD 046090001234 ở 12 Lê Lợi, xe 75A-123.45, gam@thu.example",
    severe_signs=(SevereSign.BLUE_LIPS,),
    on_behalf=True,
    confidential=True,
    name="Nguyễn Thị Hồng Gấm",
    phone="0905123456",
    cccd="046090001234",
    subject_name="Trần Văn Ổi",
    subject_phone="0914000999",
    address="12 Lê Lợi",
    ward="thuan-hoa",
    where=VietnamPoint(latitude=16.4637123, longitude=107.5909456),
)
SECRETS = (
    "Gấm", "0905", "123 456", "+84905", "046090001234", "Lê Lợi", "75A", "thu.example", "Ổi", "0914", "4637123",
    "5909456",
)  # fmt: skip


@pytest.fixture
def reception() -> Reception:
    pattern = danger_pattern(hue().answers.danger_words)
    return Reception(References(b"r" * 32), cast(Vault, GlassVault()), b"c" * 32, pattern)


async def received(reception: Reception, command: SubmitReport = CANARY) -> Report:
    return await reception.report_of("r-1", command, NOON, channel=Channel.PAGE)


async def test_nothing_that_names_anybody_leaves_in_the_event(reception: Reception) -> None:
    (said,) = decide_reception("r-1", await received(reception)).events
    text = said.model_dump_json()
    assert not [secret for secret in SECRETS if secret in text]
    assert "[SĐT]" in text


async def test_only_sealed_fields_hold_who_it_is(reception: Reception) -> None:
    report = await received(reception)
    outside = json.dumps({name: str(getattr(report, name)) for name in Report.__slots__ if name != "identity"})
    assert not [secret for secret in SECRETS if secret in outside]
    assert await reception.opened("r-1", report) == identity_of(CANARY)


async def test_what_is_added_later_is_masked_with_what_is_known(reception: Reception) -> None:
    report = await received(reception)
    assert await reception.masked_addition("r-1", report, "Gọi Nguyễn Thị Hồng Gấm số 0914000999") == (
        masked("Gọi Nguyễn Thị Hồng Gấm số 0914000999", {"name": "Nguyễn Thị Hồng Gấm"})
    )


async def test_a_ticked_sign_makes_it_severe_and_is_said_in_the_words(reception: Reception) -> None:
    report = await received(reception)
    assert report.severe
    assert report.words.endswith("Người bệnh đang tím môi.")


async def test_the_reporter_is_not_the_one_reported_about(reception: Reception) -> None:
    about_other = await received(reception)
    about_self = await received(reception, CANARY.model_copy(update={"on_behalf": False}))
    assert set(about_other.about).isdisjoint(about_other.reporter)
    assert about_self.about == about_self.reporter


async def test_the_point_is_coarse_outside_and_exact_inside(reception: Reception) -> None:
    report = await received(reception)
    assert (report.latitude, report.longitude) == (16.464, 107.591)
    assert (await reception.opened("r-1", report))["where"] == "16.4637123,107.5909456"


async def test_the_code_is_recomputed_and_only_its_hash_is_kept(reception: Reception) -> None:
    report, code = await received(reception), reception.code_of("r-1")
    assert read_code(code) == code
    assert report.tracking_hash == code_hash(code)
    assert code not in str(report)
