"""The import of admissions: seats sold of screenings, and members who attended them, by the walk of every import."""
