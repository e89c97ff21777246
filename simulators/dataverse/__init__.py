"""A Dataverse environment (Dynamics 365) that speaks the Web API 9.2, with the behaviours that break careless clients.

Facts are Microsoft's documentation's where it says so; what it leaves open (the code of an edit refused on a completed
activity, deep insert in an upsert) is the simulator's choice, the stricter of the possible ones.
"""
