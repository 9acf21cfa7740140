from pathlib import Path

from deploy.embedded.packages import differing_packages


def test_what_is_installed_is_compared_with_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "# a comment\n"
        "pytest==0.0.1 \\\n    --hash=sha256:00\n"
        "surely-not-installed==1.0 \\\n    --hash=sha256:00\n"
        "only-on-windows==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
        "pytest==0.0.2 ; python_version < '3' \\\n    --hash=sha256:00\n"
        "    # via nobody\n"
    )
    differing = differing_packages(lock)
    assert differing[0].startswith("pytest ")
    assert differing[0].endswith("instead of ==0.0.1")
    assert differing[1:] == ["surely-not-installed is missing"]
