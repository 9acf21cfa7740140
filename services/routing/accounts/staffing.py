"""The staff of a run for trying: one account for each chair, so that a newcomer can try all of them at once."""

from dataclasses import dataclass

from shared.security.people import Role

DEMO_PASSWORD = "hue-demo-2026"  # noqa: S105 - printed by the demo; exists in no production
"""The one password of all demo accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chair:
    """A demo account: who sits there."""

    id: str
    name: str
    roles: tuple[Role, ...]
    agency: str | None = None
    post: str | None = None


OPERATORS_CHAIR = Chair(id="van-hanh", name="Người vận hành", roles=(Role.OPERATOR,))
"""The one account that a new installation has; it makes the others."""

CHAIRS: tuple[Chair, ...] = (
    Chair(id="tong-dai", name="Trực tổng đài", roles=(Role.CALL_TAKER,)),
    Chair(id="dieu-phoi", name="Điều phối viên", roles=(Role.DISPATCHER,)),
    Chair(id="cdc", name="Cán bộ CDC", roles=(Role.OFFICER,), agency="cdc"),
    Chair(id="benh-vien", name="Cán bộ bệnh viện", roles=(Role.OFFICER,), agency="hospital"),
    Chair(id="cong-an", name="Cán bộ công an", roles=(Role.OFFICER,), agency="police"),
    Chair(id="chi-huy-chot", name="Chỉ huy các chốt", roles=(Role.OFFICER,), agency="checkpoint"),
    Chair(id="thong-tin", name="Bàn thông tin", roles=(Role.OFFICER,), agency="information-desk"),
    Chair(id="giao-duc", name="Cán bộ giáo dục", roles=(Role.OFFICER,), agency="education"),
    Chair(id="chot-hai-van", name="Chốt Hải Vân", roles=(Role.FIELD_OFFICER,), post="hai-van"),
    Chair(id="bao-chi", name="Cán bộ báo chí", roles=(Role.PRESS_OFFICER,)),
    Chair(id="ban-chi-dao", name="Ban Chỉ đạo", roles=(Role.COMMITTEE,)),
    Chair(id="ky-su-cdc", name="Kỹ sư CDC", roles=(Role.ENGINEER,), agency="cdc"),
    OPERATORS_CHAIR,
)
