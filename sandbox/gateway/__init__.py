"""The query gateway."""
