"""The province as data: one folder of YAML files, read once at start and never changed while a service runs.

Each file holds `format: 1` and one value named like the file. Whoever edits one is told what is wrong with file,
line and field. How to make another province's is `docs/how-to/add-a-province.md`. The triage rules in the same
folder are read by routing alone.
"""

from shared.profile.entries import (
    KINDS,
    URGENCIES,
    Agency,
    Answer,
    Answers,
    Area,
    Beds,
    Box,
    Clocks,
    Direction,
    Holiday,
    Hospital,
    Kind,
    OfficeHours,
    OldWard,
    Point,
    Post,
    Province,
    Team,
    Urgency,
    Verdict,
    Ward,
    Watched,
)
from shared.profile.loading import ProfileInvalid, load_profile
from shared.profile.profile import Profile

__all__ = [
    "KINDS",
    "URGENCIES",
    "Agency",
    "Answer",
    "Answers",
    "Area",
    "Beds",
    "Box",
    "Clocks",
    "Direction",
    "Holiday",
    "Hospital",
    "Kind",
    "OfficeHours",
    "OldWard",
    "Point",
    "Post",
    "Profile",
    "ProfileInvalid",
    "Province",
    "Team",
    "Urgency",
    "Verdict",
    "Ward",
    "Watched",
    "load_profile",
]
