"""What the public is told of the programme, in several formats from one source."""
