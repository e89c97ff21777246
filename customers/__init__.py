"""The domain: who the customer is and what is going on. No I/O, no framework."""
