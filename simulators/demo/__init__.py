"""`make demo`: the whole product against simulators, on this machine, for a newcomer to try."""
