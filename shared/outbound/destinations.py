"""From a URL that somebody typed to a destination that may be called. Pure.

Read by our own narrow rules and not by a library's generous ones: two parsers that disagree about a host are how
requests end up inside. Whatever is unusual is refused; nobody needs it.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import ClassVar

from shared.errors import FieldProblem, Text, Unprocessable
from shared.outbound.addresses import Address, is_public
from shared.settings import Settings

LONGEST = 500
_PORTS = frozenset({443, 8443})
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<rest>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)\Z"
)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_TOP_LABEL = re.compile(r"(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})\Z")
_INSIDE = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "onion",
     "test", "invalid", "example", "alt", "svc", "cluster"}
)  # fmt: skip
"""Top labels that never name a host on the public internet (RFC 6761 and practice)."""
_HIGHEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Reach:
    """How far requests may go.

    PUBLIC is for production. LOOPBACK, for the embedded run alone, also lets plain HTTP to this very machine
    through, so that a newcomer can try a subscriber of their own. An installation for practice names one host of
    its own network instead: where the receivers of those who practise are.

    Attributes:
        inside: the hosts inside that may be called over plain HTTP.
    """

    inside: frozenset[str] = frozenset()

    PUBLIC: ClassVar["Reach"]
    LOOPBACK: ClassVar["Reach"]

    @classmethod
    def of(cls, settings: Settings) -> "Reach":
        """How far a process with these settings may call."""
        if settings.environment == "embedded":
            return cls.LOOPBACK
        if settings.environment == "practice" and settings.practice_receiver:
            return cls(frozenset({settings.practice_receiver}))
        return cls.PUBLIC


_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
Reach.PUBLIC = Reach()
Reach.LOOPBACK = Reach(_LOOPBACK_HOSTS)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request may go, as far as its URL tells; `reach` is checked again at each connection."""

    url: str
    host: str
    port: int
    reach: Reach

    def may_connect_to(self, address: Address) -> bool:
        """Whether this destination may be looked for at this address."""
        if not self.is_inside:
            return is_public(address)
        if self.host in _LOOPBACK_HOSTS:
            return address.is_loopback
        return address.is_private and not (address.is_loopback or address.is_link_local)

    @property
    def is_inside(self) -> bool:
        return self.host in self.reach.inside


def read_destination(url: str, reach: Reach, *, field: str = "url") -> Destination:
    """The destination that a URL names.

    Raises:
        Unprocessable: it may not be called: no HTTPS, another port than 443 or 8443, user-info, a fragment, a host
            that is no public name or address, or written in any other than the one plain way.
    """
    match = _URL.match(url) if len(url) <= LONGEST else None
    if match is None:
        raise _refused(field, _UNREADABLE)
    host = match["host"].strip("[]").lower()
    default = 443 if match["scheme"] == "https" else 80
    destination = Destination(url, host, int(match["port"] or default), reach)
    if destination.is_inside and destination.port <= _HIGHEST_PORT:
        return destination
    if match["scheme"] != "https" or destination.port not in _PORTS:
        raise _refused(field, _SCHEME_OR_PORT)
    if not _is_public_host(host, is_bracketed=match["host"].startswith("[")):
        raise _refused(field, _HOST)
    return destination


def _is_public_host(host: str, *, is_bracketed: bool) -> bool:
    literal = _literal(host)
    if literal is not None:
        return is_public(literal)
    labels = host.split(".")
    is_name = len(labels) > 1 and all(_LABEL.match(label) for label in labels) and _TOP_LABEL.match(labels[-1])
    return bool(is_name) and not is_bracketed and labels[-1] not in _INSIDE


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refused(field: str, text: Text) -> Unprocessable:
    return Unprocessable("invalid-fields", text, fields=[FieldProblem(field, text)])


_UNREADABLE = Text(
    vi="Địa chỉ không đúng; hãy viết như https://ten-mien.vn/duong-dan, không có tên đăng nhập hay dấu #.",
    en="This address is not right; write it like https://host.example.com/path, without user name or fragment.",
)
_SCHEME_OR_PORT = Text(
    vi="Chỉ gửi đến https:// ở cổng 443 hoặc 8443.", en="Messages go to https:// on port 443 or 8443 only."
)
_HOST = Text(
    vi="Máy chủ này không nằm trên mạng công cộng; hãy dùng tên miền công cộng.",
    en="This host is not on the public internet; use a public host name.",
)
