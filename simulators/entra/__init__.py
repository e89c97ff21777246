"""An Entra stand-in: signs in applications and users, publishes its keys, and speaks for the Bot Framework's issuer.

msal works with it given `authority=URL/TENANT` and `instance_discovery=False`.
"""
