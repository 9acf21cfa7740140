"""What every page of a service knows: whose it is, where its neighbours are, whom to call."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self, get_args

from shared.errors import Text
from shared.profile.profile import Profile
from shared.security.people import Person, Role
from shared.settings import ServiceName, Settings
from shared.web.language import mark as _

_EVERYBODYS = re.compile(r"/(?:dashboard|static)?(?=[/?#]|\Z)")

ROLES: Mapping[str, str] = {
    Role.CALL_TAKER: _("Trực tổng đài"),
    Role.DISPATCHER: _("Điều phối viên"),
    Role.OFFICER: _("Cán bộ cơ quan"),
    Role.FIELD_OFFICER: _("Cán bộ chốt"),
    Role.PRESS_OFFICER: _("Cán bộ báo chí"),
    Role.COMMITTEE: _("Ban Chỉ đạo"),
    Role.ENGINEER: _("Kỹ sư"),
    Role.OPERATOR: _("Người vận hành"),
}
"""How the roles are called on pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One service's place in the whole.

    Attributes:
        service: whose pages these are; also names the catalogue.
        origins: the public address of each service, for the links between them.
        province: the province's name.
        centre: the name of the centre, for the foot of the public's pages.
        hotline: the number on every public page.
        emergency: the number for a threat to life.
        places: names of agencies and posts by id, for the bar.
        home: the path under which a gateway finds this service, nothing where it has an origin of its own.
    """

    service: ServiceName
    origins: Mapping[ServiceName, str]
    province: Text
    centre: Text
    hotline: str
    emergency: str
    places: Mapping[str, Text] = field(default_factory=dict)
    home: str = ""

    @classmethod
    def of(cls, service: ServiceName, settings: Settings, profile: Profile) -> Self:
        """The site of a service in the profile's province."""
        names: tuple[ServiceName, ...] = get_args(ServiceName)
        return cls(
            service=service,
            origins={name: settings.url_of(name) for name in names},
            home=settings.path_of(service),
            province=profile.province.name,
            centre=profile.province.centre_name,
            hotline=profile.province.hotline,
            emergency=profile.province.emergency,
            places={
                **{agency.id: agency.name for agency in profile.agencies},
                **{post.id: post.name for post in profile.posts},
            },
        )

    def address(self, path: str) -> str:
        """Where browsers find a path of this service.

        At one origin a path belongs to the one service that has it; what all of them have (the front page, the
        dashboard, static files) each has under its own.
        """
        return self.home + path if _EVERYBODYS.match(path) else path

    def roles_of(self, person: Person) -> list[str]:
        """What a person is, in marked labels, in the order of the roles."""
        return [label for role, label in ROLES.items() if role in person.roles]

    def place_of(self, person: Person) -> Text | None:
        """The post or agency a person works at, if it has a name here."""
        return self.places.get(person.post or person.agency or "")
