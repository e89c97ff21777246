"""Tables, transactions, queries and migrations, on SQLite and on PostgreSQL."""
