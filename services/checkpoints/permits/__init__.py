"""Permits to pass: issued, revoked, found by hand code or plate."""
