"""What all simulators share: TLS of their own, armed faults, a journal, start-up."""
