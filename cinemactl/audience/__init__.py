"""The audience: members, and what they think of movies."""
