from pathlib import Path

from deploy.embedded.log_files import rotate


def test_a_small_log_stays(tmp_path: Path) -> None:
    log = tmp_path / "intake.log"
    log.write_text("few")
    assert not rotate(log, limit=10)
    assert log.read_text() == "few"


def test_a_missing_log_is_nothing_to_do(tmp_path: Path) -> None:
    assert not rotate(tmp_path / "intake.log")


def test_a_writer_that_holds_the_log_open_goes_on_at_its_new_end(tmp_path: Path) -> None:
    log = tmp_path / "intake.log"
    with log.open("a") as writer:
        writer.write("first round\n")
        writer.flush()
        assert rotate(log, limit=3)
        writer.write("second round\n")
        writer.flush()
    assert log.read_text() == "second round\n"
    assert (tmp_path / "intake.log.1").read_text() == "first round\n"


def test_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "intake.log"
    for number in range(5):
        log.write_text(f"round {number}")
        rotate(log, limit=3, kept=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["intake.log", "intake.log.1", "intake.log.2"]
    assert (tmp_path / "intake.log.2").read_text() == "round 3"
