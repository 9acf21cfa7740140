"""What the last lines of Kafka's or mongod's log mean for the person in front of the machine."""

_CAUSES = (
    ("Address already in use", "Another program has taken the port; start again, and another one is chosen."),
    ("Unable to lock the lock file", "Another mongod still uses this folder; end it, or use another HAIVAN_HOME."),
    ("DBPathInUse", "Another mongod still uses this folder; end it, or use another HAIVAN_HOME."),
    (
        "Failed to acquire lock on file .lock",
        "Another Kafka still uses this folder; end it, or use another HAIVAN_HOME.",
    ),
    ("No space left on device", "The disk is full: make room, then start again."),
    ("OutOfMemoryError", "It ran out of memory: a record or a request was too large for the small embedded broker."),
    ("Permission denied", "The data folder belongs to somebody else: give it to the user who starts this."),
    ("Wrong mongod version", "These data were written by another version of MongoDB: use that one (HAIVAN_MONGOD)."),
    (
        "featureCompatibilityVersion",
        "These data were written by another version of MongoDB: use that one (HAIVAN_MONGOD).",
    ),
    ("UnsupportedClassVersionError", "This Java is too old for Kafka: unset HAIVAN_JAVA, or use 17 or later."),
    ("Invalid cluster.id", "The folder belongs to another Kafka: use another HAIVAN_HOME."),
)


def explain(log: str) -> str | None:
    """One sentence on the cause and the remedy, None when nothing known is in the text."""
    return next((advice for phrase, advice in _CAUSES if phrase in log), None)
