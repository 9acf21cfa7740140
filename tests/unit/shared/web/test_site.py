import pytest

from shared.profile import load_profile
from shared.security.people import Role
from shared.settings import ROOT
from shared.web.site import ROLES, Site
from tests.places import own_environment, settings_from
from tests.unit.shared.web.builders import ORIGINS, a_person, a_site


def test_every_role_has_a_name() -> None:
    assert set(ROLES) == set(Role)


def test_a_person_is_named_with_roles_in_order_and_the_place_of_work() -> None:
    site = a_site()
    assert site.place_of(a_person(agency="cdc")) == site.places["cdc"]
    assert site.place_of(a_person(agency=None)) is None
    assert site.roles_of(a_person(roles=frozenset({"operator", "dispatcher"}))) == [
        "Điều phối viên",
        "Người vận hành",
    ]


def test_the_site_of_hue_knows_its_numbers_its_neighbours_and_its_places() -> None:
    profile = load_profile(ROOT / "profiles" / "hue")
    site = Site.of("intake", settings_from(own_environment("", "")), profile)
    assert (site.hotline, site.emergency) == ("19001075", "115")
    assert site.origins == ORIGINS
    assert {agency.id for agency in profile.agencies} | {post.id for post in profile.posts} == site.places.keys()


@pytest.mark.parametrize("path", ["/", "/?lang=en", "/#main", "/dashboard", "/dashboard/stream", "/static/page.js"])
def test_behind_a_gateway_what_every_service_has_is_under_its_own_path(path: str) -> None:
    assert a_site(home="/routing").address(path) == "/routing" + path
    assert a_site().address(path) == path


@pytest.mark.parametrize(
    "path", ["/inbox", "/dashboards", "/statics/x", "/api/v1/cases", "tel:115", "https://a.example/"]
)
def test_behind_a_gateway_what_one_service_has_is_where_it_always_is(path: str) -> None:
    assert a_site(home="/routing").address(path) == path
