"""The string types of every door: typed, normalised (NFC), bounded, and clear about what to do when they refuse.

All of them are strict: `7` is not `"7"`, `true` is not `1`. Bodies derive from `Command`, which forbids unknown
fields, so nothing that isn't named here reaches a handler; MongoDB operators can't, for no field is free-form.
"""

from shared.text.citizens import Cccd, read_cccd
from shared.text.commands import Command
from shared.text.moments import Day, Timestamp, require_plausible
from shared.text.phones import HOTLINES, Phone, read_phone
from shared.text.places import Latitude, Longitude, VietnamPoint
from shared.text.plates import Plate, PlateReading, read_plate
from shared.text.refusals import invalid
from shared.text.strings import (
    Email,
    Language,
    Line,
    Name,
    RecordId,
    Slug,
    Words,
    WordsUpTo,
    clean_line,
    clean_words,
    fold,
    read_record_id,
)

__all__ = [
    "HOTLINES",
    "Cccd",
    "Command",
    "Day",
    "Email",
    "Language",
    "Latitude",
    "Line",
    "Longitude",
    "Name",
    "Phone",
    "Plate",
    "PlateReading",
    "RecordId",
    "Slug",
    "Timestamp",
    "VietnamPoint",
    "Words",
    "WordsUpTo",
    "clean_line",
    "clean_words",
    "fold",
    "invalid",
    "read_cccd",
    "read_phone",
    "read_plate",
    "read_record_id",
    "require_plausible",
]
