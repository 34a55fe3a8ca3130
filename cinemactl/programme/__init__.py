"""The programme: what is shown when, and what leads the list."""
