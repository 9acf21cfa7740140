"""Which of the two languages a client reads."""

from starlette.requests import Request

DEFAULT = "vi"
KNOWN = ("vi", "en")
COOKIE = "haivan_language"
_MAX_RANGES = 20


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def preferred(accept_language: str) -> str:
    """The better liked of the known languages in an `Accept-Language` value; Vietnamese where none is named."""
    best, best_quality = DEFAULT, 0.0
    for part in accept_language.split(",")[:_MAX_RANGES]:
        name, _, parameters = part.strip().partition(";")
        language = name.lower().partition("-")[0]
        quality = _quality(parameters) if parameters else 1.0
        if language in KNOWN and quality > best_quality:
            best, best_quality = language, quality
    return best


def language_of(request: Request) -> str:
    """`?lang=`, then the cookie of the pages' switch, then `Accept-Language`, then Vietnamese."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in KNOWN:
            return chosen
    return preferred(request.headers.get("accept-language", ""))
