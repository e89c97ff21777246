"""What a CRM must learn, until it has learnt it; and what it is asked."""
