"""A Teams stand-in: the Bot Connector's REST API on one side, a user's hands on the other.

Its own limits and errors are those of the Bot Connector; what bots send is kept in every version.
"""
