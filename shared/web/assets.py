"""Static files: read once, named by content, cached for a year.

`asset("haivan.css")` is `/static/haivan.css?v=<hash>`; a changed file is a new address, so nothing is ever stale.
Files are served from memory: what is not in the folders at start cannot be asked for.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import NotFound, Text

STATIC = Path(__file__).parent / "static"
_FOREVER = "public, max-age=31536000, immutable"
_WORTH_COMPRESSING = (".css", ".js", ".svg", ".json", ".webmanifest", ".txt")
_MEDIA_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}
_MISSING = NotFound("no-such-file", Text(vi="Không có tệp này.", en="There is no such file."))


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    body: bytes
    zipped: bytes | None
    media_type: str
    version: str


class Assets:
    """The static files of a service: the shared ones, and its own.

    Args:
        folders: folders to read, later ones first in case of the same name.
        home: the path under which a gateway finds the service.
    """

    def __init__(self, folders: Sequence[Path] = (), home: str = "") -> None:
        self._home = home
        self._files: dict[str, Asset] = {}
        for folder in (STATIC, *folders):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    self._files[path.relative_to(folder).as_posix()] = _read(path)

    def address(self, name: str) -> str:
        """Where a file is served, with its version. Raises KeyError for a file that does not exist."""
        return f"{self._home}/static/{name}?v={self._files[name].version}"

    def size(self, name: str) -> int:
        """Bytes of a file, uncompressed."""
        return len(self._files[name].body)

    def answer(self, name: str, request: Request, *, headers: dict[str, str] | None = None) -> Response:
        """The file as a response; raises NotFound for an unknown name."""
        asset = self._files.get(name)
        if asset is None:
            raise _MISSING
        lasting = request.query_params.get("v") == asset.version
        answer_headers = {
            "Cache-Control": _FOREVER if lasting else "no-cache",
            "ETag": f'"{asset.version}"',
            "Vary": "Accept-Encoding",
            **(headers or {}),
        }
        if request.headers.get("if-none-match") == f'"{asset.version}"':
            return Response(status_code=304, headers=answer_headers)
        if asset.zipped and "gzip" in request.headers.get("accept-encoding", ""):
            answer_headers["Content-Encoding"] = "gzip"
            return Response(asset.zipped, media_type=asset.media_type, headers=answer_headers)
        return Response(asset.body, media_type=asset.media_type, headers=answer_headers)

    def router(self) -> APIRouter:
        """`GET /static/{name}` and the icon that browsers ask for by themselves."""
        router = APIRouter(include_in_schema=False)

        @router.get("/static/{name:path}")
        async def static_file(name: str, request: Request) -> Response:
            return self.answer(name, request)

        @router.get("/favicon.ico")
        async def icon(request: Request) -> Response:
            return self.answer("icon.svg", request)

        return router


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        body=body,
        zipped=gzip.compress(body, mtime=0) if path.suffix in _WORTH_COMPRESSING else None,
        media_type=media_type,
        version=hashlib.sha256(body).hexdigest()[:12],
    )
