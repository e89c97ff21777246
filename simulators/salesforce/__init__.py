"""A Salesforce org over HTTP: REST, OAuth, SOQL, SOSL, real error bodies, and the ways in which real orgs misbehave."""
