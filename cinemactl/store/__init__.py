"""PostgreSQL and the Redis-protocol server: engine, unit of work, migrations, embedded servers."""
