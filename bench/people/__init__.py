"""Made-up cards of a contact centre with the truth about them, and how well duplicates are found among them."""

from bench.people.figures import measure

__all__ = ["measure"]
