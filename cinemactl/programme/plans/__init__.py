"""Plans: what is to be changed in the programme, written down before it is done, so that it can be shown and taken back.

`proposals` is what somebody wants shown, `deciding` holds it against what stands and writes the plan, `applying` does it,
`undoing` takes it back, `telling` shows it. `generating`, `copying` and `editing` propose.
"""
