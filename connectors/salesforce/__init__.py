"""Salesforce, spoken to over its REST API."""
