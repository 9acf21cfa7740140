import pytest

from deploy.embedded.causes import explain


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("java.net.BindException: Address already in use", "taken the port"),
        ('"Unable to lock the lock file: /data/mongod.lock (Resource temporarily unavailable)"', "Another mongod"),
        ("KafkaException: Failed to acquire lock on file .lock in /data", "Another Kafka"),
        ("IOException: No space left on device", "disk is full"),
        ("Terminating due to java.lang.OutOfMemoryError: Java heap space", "ran out of memory"),
    ],
)
def test_a_known_line_is_explained(line: str, advice: str) -> None:
    assert advice in str(explain(f"before\n{line}\nafter"))


def test_an_unknown_line_is_not_guessed_at() -> None:
    assert explain("all is well") is None
