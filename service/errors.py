"""Why the service does not start, or a command does not run."""

from __future__ import annotations


class ConfigError(Exception):
    """A setting is wrong. The message names the key, and says what to do; it never holds a secret."""


class UsageError(Exception):
    """A command was used wrongly, or what it names is not there. The message says what to do."""
