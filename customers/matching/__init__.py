"""Which cards may be of one person: normal forms, blocking keys, a score with reasons. Pure. See docs/matching.md."""
