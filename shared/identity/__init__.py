"""Who a person is, kept apart from what they reported.

- `references`: keyed pseudonyms by which services recognise a person or vehicle without knowing them;
- `masking`: free text with numbers, addresses and known names taken out;
- `vault`: identity sealed with a key per record, so that erasing the key erases it everywhere.
"""

from shared.identity.masking import Masked, mask, mask_text, masked_counts
from shared.identity.references import Reference, ReferenceKind, References
from shared.identity.vault import Vault

__all__ = [
    "Masked",
    "Reference",
    "ReferenceKind",
    "References",
    "Vault",
    "mask",
    "mask_text",
    "masked_counts",
]
