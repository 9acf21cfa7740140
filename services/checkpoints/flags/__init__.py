"""Flags: what a post must tell police and CDC at once, until each of them has acknowledged it."""
