from pathlib import Path

import pytest

from deploy.embedded import mongodb
from deploy.embedded.errors import CannotRun
from deploy.embedded.mongod import Mongod
from deploy.embedded.mongodb import Mongodb, environment_for, find_mongodb


def program(folder: Path, says: str = "db version v7.0.1", name: str = "mongod") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\necho '{says}'\n")
    script.chmod(0o755)
    return script


def test_the_environment_goes_before_the_path(tmp_path: Path) -> None:
    chosen = program(tmp_path / "chosen", "db version v8.0.2", "mongod-8")
    program(tmp_path / "bin")
    found = find_mongodb(tmp_path, {"HAIVAN_MONGOD": str(chosen), "PATH": str(tmp_path / "bin")})
    assert (found.program, found.source, found.version) == (chosen, "HAIVAN_MONGOD", "8.0.2")


def test_the_path_goes_before_the_wheel(tmp_path: Path) -> None:
    on_path = program(tmp_path / "bin")
    found = find_mongodb(tmp_path, {"PATH": str(tmp_path / "bin")})
    assert (found.program, found.source, found.version) == (on_path, "PATH", "7.0.1")


def test_without_any_the_reader_is_told_the_ways_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongodb, "_package_folder", lambda _: None)
    with pytest.raises(CannotRun, match=r"no mongod on this machine.*HAIVAN_MONGOD"):
        find_mongodb(tmp_path, {"PATH": str(tmp_path)})


def test_a_program_that_does_not_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot be started"):
        find_mongodb(tmp_path, {"HAIVAN_MONGOD": str(tmp_path / "nothing")})


def test_a_processor_without_avx_is_told(tmp_path: Path) -> None:
    script = program(tmp_path)
    script.write_text("#!/bin/sh\nkill -ILL $$\n")
    with pytest.raises(CannotRun, match="lacks AVX"):
        find_mongodb(tmp_path, {"HAIVAN_MONGOD": str(script)})


def test_a_missing_libcurl_is_taken_from_the_wheel_pycurl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    for folder in ("pycurl", "pycurl.libs"):
        (site / folder).mkdir(parents=True)
    bundled = site / "pycurl.libs" / "libcurl-330bcbb6.so.4.8.0"
    bundled.touch()
    monkeypatch.setattr(mongodb, "has_libcurl", lambda: False)
    monkeypatch.setattr(mongodb, "_package_folder", lambda _: site / "pycurl")
    libraries = mongodb._libraries(tmp_path / "cache")
    assert (libraries[0] / "libcurl.so.4").resolve() == bundled
    assert libraries == mongodb._libraries(tmp_path / "cache")
    assert environment_for(libraries, {"LD_LIBRARY_PATH": "/own"})["LD_LIBRARY_PATH"].endswith(
        f"cache/lib:{bundled.parent}:/own"
    )


def test_a_missing_libcurl_without_pycurl_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongodb, "has_libcurl", lambda: False)
    monkeypatch.setattr(mongodb, "_package_folder", lambda _: None)
    with pytest.raises(CannotRun, match=r"needs libcurl.so.4.*Install libcurl4"):
        mongodb._libraries(tmp_path)


def test_a_wheel_in_a_read_only_place_is_copied_to_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = program(tmp_path / "wheel")
    plain.chmod(0o644)

    allowed = Path.chmod

    def refuse_in_the_wheel(path: Path, mode: int) -> None:
        if path == plain:
            raise PermissionError
        allowed(path, mode)

    monkeypatch.setattr(Path, "chmod", refuse_in_the_wheel)
    copy = mongodb._executable(plain, tmp_path / "cache")
    assert copy == tmp_path / "cache" / "bin" / "mongod"
    assert copy.stat().st_mode & 0o111


def test_mongod_is_small_local_and_without_zlib(tmp_path: Path) -> None:
    found = Mongodb(Path("mongod"), "PATH", "6.0.5", ())
    command = " ".join(Mongod(tmp_path, log=tmp_path / "log", mongodb=found, port=1).child.command)
    assert "--bind_ip 127.0.0.1" in command
    assert "--wiredTigerCacheSizeGB 0.25 --oplogSize 512" in command
    assert "--networkMessageCompressors snappy,zstd" in command
    assert "--slowOpSampleRate 0" in command
    assert "--noscripting" in command
