"""`python -m service`: the same as `customer-card`."""

from service.cli import main

main()
