from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.audit_chain import GENESIS, Anchor, AuditEntry, Break, find_break, link

AT = datetime(2026, 11, 23, 8, 0, 0, 123_000, tzinfo=UTC)


def test_the_hash_of_an_entry_never_changes() -> None:
    (entry,) = link([a_draft()], Anchor())
    assert (entry.sequence, entry.previous) == (1, GENESIS)
    assert entry.hash == "92807defa70c66dd917b5ea74b09e4f3c7cf76ea3185e0613fd7daed45f59bc2"


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 2},
        {"at": datetime(2026, 11, 23, 8, 0, 0, 124_000, tzinfo=UTC)},
        {"actor": "other"},
        {"action": "identity.opened"},
        {"subject": "report-2"},
        {"reason": "khác"},
        {"details": {}},
        {"details": {"fields": "1"}},
        {"previous": "1" * 64},
    ],
)
def test_every_part_of_an_entry_counts_in_its_hash(change: dict[str, object]) -> None:
    (entry,) = link([a_draft()], Anchor())
    assert replace(entry, **change).hash != entry.hash  # type: ignore[arg-type]


def test_linked_entries_follow_each_other() -> None:
    tip = Anchor()
    for entry in link([a_draft() for _ in range(5)], tip):
        assert find_break(tip, entry, entry.hash) is None
        tip = Anchor(entry.sequence, entry.hash)
    assert tip.sequence == 5


@given(st.integers(2, 20), st.data())
def test_a_missing_a_moved_and_an_altered_entry_are_found_at_their_place(count: int, data: st.DataObject) -> None:
    entries = link([a_draft(subject=f"report-{place}") for place in range(count)], Anchor())
    place = data.draw(st.integers(0, count - 2))
    without = entries[:place] + entries[place + 1 :]
    moved = [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]
    altered = [*entries[:place], replace(entries[place], subject="report-x"), *entries[place + 1 :]]
    assert first_break(without, entries) == place + 1
    assert first_break(moved, entries) == place + 1
    assert first_break(altered, entries) == place + 1


def test_an_entry_altered_with_its_hash_breaks_the_next() -> None:
    first, second = link([a_draft(), a_draft()], Anchor())
    forged = replace(first, subject="report-x")
    assert find_break(Anchor(), forged, forged.hash) is None
    assert find_break(Anchor(1, forged.hash), second, second.hash) == Break(
        2, "this entry does not follow the one before it"
    )


def a_draft(subject: str = "report-1") -> AuditEntry:
    return AuditEntry(
        sequence=0,
        at=AT,
        actor="cdc-officer",
        action="identity.looked_up",
        subject=subject,
        reason="gọi lại người báo tin",
        details={"fields": 3, "via": "session", "urgent": True, "case": None},
        previous="",
    )


def first_break(stored: list[AuditEntry], written: list[AuditEntry]) -> int | None:
    """The place of the first break when `stored` is found with the hashes of what was `written`."""
    hashes = {entry.sequence: entry.hash for entry in written}
    tip = Anchor()
    for entry in stored:
        if broken := find_break(tip, entry, hashes[entry.sequence]):
            return broken.sequence
        tip = Anchor(entry.sequence, entry.hash)
    return None
