"""Many documents from one that a service's own code made: every id is another one, every moment is moved.

A million of them made one by one would take the best part of an hour. Ids are replaced where they stand, in events
too, so that the copies hold together as the first one does; what they say is the same.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import bson

Document = dict[str, Any]
_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = struct.Struct("<q")
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


class Mould:
    """A document ready to be copied.

    Args:
        document: the first one.
    """

    def __init__(self, document: Document) -> None:
        self._raw = bson.encode(document)
        self._ids = [(found.start(), found[0].decode()) for found in _ID.finditer(self._raw)]
        self._moments = [
            (place, at) for at in sorted(_moments(document)) for place in _places(self._raw, _MOMENT.pack(at))
        ]

    def cast(self, names: Mapping[str, str], earlier: timedelta) -> bytes:
        """A copy as BSON.

        Args:
            names: for each id in the first one, the copy's own.
            earlier: how far its moments lie before those of the first one.

        Raises:
            KeyError: an id is not named; two copies would share it.
        """
        copy, shift = bytearray(self._raw), earlier // timedelta(milliseconds=1)
        for place, name in self._ids:
            copy[place : place + len(name)] = names[name].encode()
        for place, at in self._moments:
            _MOMENT.pack_into(copy, place, at - shift)
        return bytes(copy)


def _places(raw: bytes, wanted: bytes) -> Iterator[int]:
    place = raw.find(wanted)
    while place >= 0:
        yield place
        place = raw.find(wanted, place + 1)


def _moments(value: Any) -> set[int]:
    """All moments in a document, in milliseconds as BSON keeps them."""
    if isinstance(value, datetime):
        return {(value - _BEGIN) // timedelta(milliseconds=1)}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {at for each in inner for at in _moments(each)}
