"""Use cases: what follows from an event or from an agent's action, each in one transaction."""
