"""The import of sites and of screens, by the walk of every import. There are few of them: a file's rows fit in memory."""
