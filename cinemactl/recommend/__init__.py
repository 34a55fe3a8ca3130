"""Recommendations: features, the heads that learn from ratings, how good they are, and what is asked of them."""
