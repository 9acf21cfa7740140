"""From what was written to what is kept and looked for: references for numbers, keyed hashes for names."""

from dataclasses import dataclass

from services.checkpoints.watchlist.domain import WatchBy
from services.checkpoints.watchlist.names import NameKeys, folded_name
from shared.identity.references import References
from shared.security import Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """By what an entry, or something at a post, can be recognised."""

    refs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    name_keys: tuple[int, ...] = ()


class Matching:
    """Makes marks, and seals what must be compared letter by letter.

    Args:
        references: keyed references to persons and vehicles.
        name_keys: keyed hashes of names.
        sealer: seals folded names; the vault would need a round trip for each candidate.
    """

    def __init__(self, references: References, name_keys: NameKeys, sealer: Sealer) -> None:
        self._references = references
        self._name_keys = name_keys
        self._sealer = sealer

    def marks(self, by: WatchBy, value: str) -> Marks:
        """The marks of one value in its normal spelling."""
        match by:
            case WatchBy.NAME:
                return self.marks_of_names((value,))
            case WatchBy.PLATE:
                return Marks(refs=(self._references.vehicle_ref(value).ref,))
            case WatchBy.CCCD:
                return Marks(refs=tuple(each.ref for each in self._references.person_refs(cccd=value)))
            case WatchBy.PHONE:
                return Marks(refs=tuple(each.ref for each in self._references.person_refs(phone=value)))

    def marks_of_names(self, names: tuple[str, ...]) -> Marks:
        """The marks of several people's names."""
        folded = tuple(dict.fromkeys(folded_name(name) for name in names))
        keys = {key for name in folded for key in self._name_keys.of(name)}
        return Marks(names=folded, name_keys=tuple(keys))

    def seal(self, entry_id: str, name: str) -> bytes:
        return self._sealer.seal(folded_name(name).encode(), entry_id.encode())

    def open(self, entry_id: str, sealed: bytes) -> str:
        return self._sealer.open(sealed, entry_id.encode()).decode()
