"""The import of members: handles, names and addresses, by the walk of every import."""
