"""The import of ratings: the same walk as that of movies, made for tens of millions of narrow rows.

`choosing` finds the layout, `columns` what each column is, `rows` what a record says, `plain` which stretches of a file
PostgreSQL can read itself, `staging` loads both, `planning` decides, `applying` does it, `run` is the job and `undoing`
takes it back.
"""
