"""Measurements of what pseudonymisation claims: each tells its targets, and whether they are met."""
