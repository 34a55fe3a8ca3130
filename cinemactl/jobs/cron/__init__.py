"""Recurring work: entries in PostgreSQL, their due times, and the one leader that turns these into jobs."""
