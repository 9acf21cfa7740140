"""Reports of citizens: received, tracked by a code, answered, withdrawn, rated (F1, F3, F5, F6, F10)."""
