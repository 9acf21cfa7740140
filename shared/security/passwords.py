"""Passwords: argon2id in threads of their own, and the same work for accounts that do not exist."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from shared.errors import FieldProblem, Text, Unprocessable

SHORTEST = 12
LONGEST = 200

# OWASP's second choice (19 MiB, 2 passes, 1 lane): with two at a time a burst of sign-ins takes 38 MiB, which the
# memory budget of a service can spare.
_MEMORY_KIB = 19_456
_PASSES = 2
_AT_ONCE = 2


class Passwords:
    """Hashes and checks passwords without blocking the event loop."""

    def __init__(self) -> None:
        self._hash = PasswordHash((Argon2Hasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1),))
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._nobody = self._hash.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The argon2id hash to store."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hash.hash, _normal(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether `stored` was made from `password`; None (no such account) takes as long and is False."""
        loop = asyncio.get_running_loop()
        hashed = stored or self._nobody
        matches = await loop.run_in_executor(self._threads, self._hash.verify, _normal(password), hashed)
        return matches and stored is not None

    def close(self) -> None:
        """Lets the threads end; nothing can be hashed or checked afterwards."""
        self._threads.shutdown(wait=False)


def check_new_password(password: str, account: str) -> None:
    """Refuses what a guesser tries first.

    Raises:
        Unprocessable: `password-weak`; length counts, no rule on kinds of characters (NIST SP 800-63B).
    """
    normal = _normal(password)
    too_simple = len(set(normal)) < SHORTEST // 3 or account.casefold() in normal.casefold()
    if too_simple or not SHORTEST <= len(normal) <= LONGEST:
        text = Text(
            f"Mật khẩu cần {SHORTEST}–{LONGEST} ký tự, không lặp một vài ký tự và không chứa tên tài khoản.",
            f"A password needs {SHORTEST} to {LONGEST} characters, varied ones, and not the account's name.",
        )
        raise Unprocessable("password-weak", text, fields=[FieldProblem("password", text)])


def _normal(password: str) -> str:
    """NFC, so that the phone and the desk computer type the same password; cut, so that no length costs time."""
    return unicodedata.normalize("NFC", password[: LONGEST + 1])
