"""Teams in and out. The only package that knows botbuilder, which is archived: moving on is one folder's work.

In: `http` checks the token (`auth`), answers card actions itself and gives the rest to botbuilder (`turns`, `handler`).
Out: `connector` speaks to the Bot Connector over one pooled session, within its limits.
"""
