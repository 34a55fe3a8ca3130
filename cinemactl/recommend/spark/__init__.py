"""Learning on a Spark cluster what outgrows one machine, for the same tables that everything is served from."""
