"""Files in: uploaded, read, staged, matched, planned, applied, reported."""
