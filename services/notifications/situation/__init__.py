"""The situation: the province on one screen, live, and proof that stores and events agree (F63, F64)."""
