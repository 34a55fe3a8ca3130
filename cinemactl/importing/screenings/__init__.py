"""The import of screenings: the same walk as that of movies, yielding a plan of the programme.

`rows` is what a record says, `staging` loads it, `movies` and `places` find what is named or make it, `moments` places it in
time, `planning` decides, `run` is the job and `undoing` takes it back.
"""
