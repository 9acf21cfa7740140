"""Alerts to the public: drafted, previewed, approved by a second person, cancelled (F57)."""
