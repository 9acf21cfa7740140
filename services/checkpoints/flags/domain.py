"""What a flag is, and who must hear of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from shared.errors import NotFound, Text
from shared.events.checkpoints import FlagKind, FlagRaised, PassRecorded, Verdict
from shared.ids import derived_id
from shared.pending import Change

AGENCIES: Mapping[FlagKind, tuple[str, ...]] = {
    FlagKind.WATCHLIST_HIT: ("police", "cdc"),
    FlagKind.EPIDEMIC_AREA: ("cdc",),
    FlagKind.BAD_PERMIT: ("police", "checkpoint"),
}
"""Who must hear of it, whoever must act first in front."""

KIND_TEXTS: Mapping[FlagKind, Text] = {
    FlagKind.WATCHLIST_HIT: Text("Trùng danh sách theo dõi", "Watch-list hit"),
    FlagKind.EPIDEMIC_AREA: Text("Về từ vùng dịch", "From an epidemic area"),
    FlagKind.BAD_PERMIT: Text("Giấy đi đường không hợp lệ", "Bad permit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """An agency has seen the flag."""

    agency: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A pass that others must hear of; one flag for each kind. `waiting` are those who have not acknowledged."""

    kind: FlagKind
    post: str
    pass_id: str
    agencies: tuple[str, ...]
    waiting: tuple[str, ...]
    acknowledgements: tuple[Acknowledgement, ...] = ()
    verdict: Verdict
    observed_at: datetime
    raised_at: datetime
    synthetic: bool = False


def flag_id_of(pass_id: str, kind: FlagKind) -> str:
    """The same however often the pass is told."""
    return derived_id(pass_id, f"flag:{kind.value}")


def decide_raising(seen: PassRecorded, kind: FlagKind, now: datetime) -> Change[Flag]:
    """A pass raises a flag."""
    flag = Flag(
        kind=kind,
        post=seen.post_id,
        pass_id=seen.pass_id,
        agencies=AGENCIES[kind],
        waiting=AGENCIES[kind],
        verdict=seen.verdict,
        observed_at=seen.observed_at,
        raised_at=now,
        synthetic=seen.synthetic,
    )
    return Change(flag, (_raised(flag),))


def decide_acknowledgement(flag: Flag, agency: str, by: str, now: datetime) -> Change[Flag]:
    """An agency has seen it; a second time changes nothing.

    Raises:
        NotFound: the flag does not concern this agency; another's flag is an unknown one.
    """
    if agency not in flag.agencies:
        raise NotFound("not-found", _UNKNOWN)
    if agency not in flag.waiting:
        return Change(flag)
    return Change(
        replace(
            flag,
            waiting=tuple(each for each in flag.waiting if each != agency),
            acknowledgements=(*flag.acknowledgements, Acknowledgement(agency=agency, by=by, at=now)),
        )
    )


def _raised(flag: Flag) -> FlagRaised:
    return FlagRaised(
        flag_id=flag_id_of(flag.pass_id, flag.kind),
        kind=flag.kind,
        post_id=flag.post,
        pass_id=flag.pass_id,
        agencies=flag.agencies,
        verdict=flag.verdict,
        synthetic=flag.synthetic,
        observed_at=flag.observed_at,
        raised_at=flag.raised_at,
    )


_UNKNOWN = Text(vi="Không tìm thấy.", en="Not found.")
