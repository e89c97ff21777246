"""Changes of the tables, one file each, in order; `storage.schema` applies them.

A revision says in its own words what it changes and imports nothing of ours, so that it means the same for ever.
There is no way down: restore a backup instead.
"""
