"""Movies, people and genres: what the cinema can show."""
