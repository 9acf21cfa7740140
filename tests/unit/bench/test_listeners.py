import socket

from bench.loads.listeners import Screen


def screen() -> Screen:
    return Screen(socket.socket())


def test_a_message_has_come_in_when_all_of_it_has_however_it_was_cut() -> None:
    one = screen()
    assert not one.take(b"data: 10-0", b"10-0-", 1.0)
    assert not one.take(b"-", b"10-0-", 2.0)
    assert not one.take(b"\ndata: more\n", b"10-0-", 3.0)
    assert one.take(b"\n", b"10-0-", 4.0)
    assert one.heard_at == 4.0


def test_other_messages_do_not_count() -> None:
    one = screen()
    assert not one.take(b": beat\n\ndata: 10-1-\n\n", b"10-0-", 1.0)
    assert one.take(b"data: 10-0-\n\n", b"10-0-", 2.0)


def test_a_message_counts_once_and_the_next_marker_begins_anew() -> None:
    one = screen()
    assert one.take(b"data: 10-0-\n\n", b"10-0-", 1.0)
    assert not one.take(b"data: 10-0-\n\n", b"10-0-", 2.0)
    one.wait()
    assert one.take(b"data: 10-1-\n\n", b"10-1-", 3.0)
