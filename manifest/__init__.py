"""The Teams app package: what it says (`template`), how it looks (`icons`), whether Teams takes it (`check`)."""
