"""Epidemic areas with effective dates: whoever comes from one is judged by the rules of that moment (F46)."""
