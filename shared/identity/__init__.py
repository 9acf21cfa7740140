"""Who a person is, kept apart from what they reported.

- `references`: keyed pseudonyms by which services recognise a person or vehicle without knowing them;
- `masking`: free text with numbers, addresses and known names taken out;
- `vault`: identity sealed with a key per record, so that erasing the key erases it everywhere.
"""
