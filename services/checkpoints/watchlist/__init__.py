"""The watch list: whom and what police and CDC look for, kept and matched by keyed hashes (F47)."""
