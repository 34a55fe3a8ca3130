"""The servers cinemactl brings along: PostgreSQL and Valkey, started on first use and left running."""
