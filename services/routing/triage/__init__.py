"""Reads a citizen's words: what it is, how urgent, whose it is, and the words that say so. Pure; no broker."""
