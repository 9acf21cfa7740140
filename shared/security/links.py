"""Where a sign-in may lead back to: our own four origins and nowhere else."""

from urllib.parse import quote, urlsplit

from shared.settings import ServiceName, Settings

_SERVICES: tuple[ServiceName, ...] = ("intake", "routing", "checkpoints", "notifications")
_LONGEST = 2_000


def origins_of(settings: Settings, service: ServiceName) -> frozenset[str]:
    """The origins under which browsers know a service; the embedded run answers under both loopback names."""
    origin = settings.origin_of(service)
    if settings.environment != "embedded":
        return frozenset({origin})
    return frozenset(
        {origin, origin.replace("//localhost", "//127.0.0.1"), origin.replace("//127.0.0.1", "//localhost")}
    )


def safe_next(settings: Settings, target: str | None, default: str = "/") -> str:
    r"""`target` if it is a path of this service or a page of one of the four, `default` otherwise.

    Browsers take `\` for `/`, drop tabs and line breaks, and read `//host` and `https:host` as other hosts: whatever
    holds such a thing is not repaired but dropped.
    """
    if not target or len(target) > _LONGEST or not _is_plain(target):
        return default
    if target.startswith("/"):
        return default if target.startswith("//") else target
    return target if _origin_of(target) in _own_origins(settings) else default


def sign_in_url(settings: Settings, back_to: str) -> str:
    """Routing's sign-in page, which afterwards leads back to `back_to`."""
    return f"{settings.url_of('routing')}/sign-in?next={quote(back_to, safe='')}"


def _is_plain(target: str) -> bool:
    return target.isascii() and target.isprintable() and not {" ", "\\"}.intersection(target)


def _origin_of(target: str) -> str:
    """Scheme, host and port exactly as written: user-info or another spelling of the port make it another origin."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if target.startswith(f"{parts.scheme}://") else ""


def _own_origins(settings: Settings) -> frozenset[str]:
    return frozenset().union(*(origins_of(settings, service) for service in _SERVICES))
