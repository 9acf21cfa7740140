import gzip
import hashlib
import json
from pathlib import Path

import pytest

from shared.errors import NotFound
from shared.web.assets import STATIC, Assets
from tests.unit.shared.web.builders import a_request

CSS_LIMIT = 30_000
VENDOR = STATIC / "vendor"


def test_an_address_changes_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "scan.js").write_text("1", encoding="utf-8")
    first = Assets([tmp_path]).address("scan.js")
    (tmp_path / "scan.js").write_text("2", encoding="utf-8")
    assert first != Assets([tmp_path]).address("scan.js")
    assert first.startswith("/static/scan.js?v=")


def test_a_file_asked_for_by_its_version_is_kept_for_a_year_and_else_checked_each_time() -> None:
    assets = Assets()
    version = assets.address("haivan.css").partition("v=")[2]
    lasting = assets.answer("haivan.css", a_request(query=f"v={version}"))
    checked = assets.answer("haivan.css", a_request(query="v=old"))
    assert lasting.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert checked.headers["cache-control"] == "no-cache"


def test_a_browser_that_has_the_file_is_told_so() -> None:
    assets = Assets()
    tag = assets.answer("page.js", a_request()).headers["etag"]
    again = assets.answer("page.js", a_request(if_none_match=tag))
    assert (again.status_code, again.body) == (304, b"")


def test_text_travels_compressed_to_whoever_can_read_it() -> None:
    assets = Assets()
    plain = assets.answer("haivan.css", a_request())
    zipped = assets.answer("haivan.css", a_request(accept_encoding="gzip, br"))
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(bytes(zipped.body)) == plain.body
    assert len(zipped.body) < len(plain.body) / 3
    assert plain.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("name", ["../pages.py", "/etc/passwd", "", "vendor", "haivan.css/", "..%2fpages.py"])
def test_only_files_of_the_folders_can_be_asked_for(name: str) -> None:
    with pytest.raises(NotFound):
        Assets().answer(name, a_request())


def test_a_template_that_names_a_missing_file_fails_at_once() -> None:
    with pytest.raises(KeyError):
        Assets().address("missing.css")


def test_the_style_sheet_stays_small() -> None:
    assert Assets().size("haivan.css") <= CSS_LIMIT


def test_vendored_files_are_exactly_those_that_were_recorded() -> None:
    packages = json.loads((VENDOR / "VENDOR.json").read_text("utf-8"))
    recorded = {file: digest for package in packages for file, digest in package["files"].items()}
    present = {path.name for path in VENDOR.iterdir()} - {"VENDOR.json"}
    assert present == recorded.keys()
    for file, digest in recorded.items():
        assert hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() == digest, f"{file} was changed"
    assert all(package["version"] and package["licence"] for package in packages)


def test_behind_a_gateway_a_file_is_under_its_service_s_path() -> None:
    assert Assets(home="/routing").address("haivan.css").startswith("/routing/static/haivan.css?v=")
