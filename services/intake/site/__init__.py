"""The citizens' front page, and the bells that wake live pages (F6, F71)."""
