"""One folder per kind of platform: its words stop here."""
