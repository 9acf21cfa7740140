"""What the embedded run says when it cannot go on."""

from shared.errors import HaivanError


class CannotRun(HaivanError):
    """Something on this machine stands in the way.

    Args:
        what: what is wrong, one sentence.
        todo: what the reader can do about it, one sentence.
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what} {todo}")
        self.what = what
        self.todo = todo
