"""Recommendations: features, models, training, evaluation, serving; what is similar and how movies are connected."""
