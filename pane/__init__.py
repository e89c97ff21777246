"""The web page in the Teams tab: a host that shows the same cards and posts the same actions."""
