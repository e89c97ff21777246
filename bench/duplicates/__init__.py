"""Suggestions and the search box on both databases, beside their raw statements."""

from bench.duplicates.figures import measure

__all__ = ["measure"]
