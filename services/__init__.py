"""Four services; none imports another."""
