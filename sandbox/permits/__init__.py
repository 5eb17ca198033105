"""Permits: what one project may see, by whom and until when, as files that somebody else than their writer approves."""
