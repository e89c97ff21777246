"""The generic source: CloudEvents whose `data` is ours, for any contact centre."""
