"""Long work: its record in PostgreSQL, which is the truth, and its way over RQ to a worker."""
