"""One GET to a local server, for questions that want an answer soon or not at all."""

import http.client
from dataclasses import dataclass

_SECONDS = 2.0
_LARGEST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def get(address: str, port: int, path: str, timeout: float = _SECONDS) -> Answer | None:
    """None when nobody answers within `timeout` seconds."""
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(response.status, response.read(_LARGEST_BODY))
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
