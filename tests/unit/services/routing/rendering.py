"""The service's own templates, rendered without a service."""

from functools import cache

from shared.settings import ROOT
from shared.web.pages import Pages
from tests.unit.shared.web.builders import NOON, a_site

_SERVICE = ROOT / "services" / "routing"
_CAPABILITIES = ("accounts", "cases", "agencies")


@cache
def pages() -> Pages:
    static = [folder for name in _CAPABILITIES if (folder := _SERVICE / name / "static").is_dir()]
    folders = [_SERVICE / name / "templates" for name in _CAPABILITIES]
    return Pages(a_site("routing"), folders=folders, static=static, clock=lambda: NOON)
