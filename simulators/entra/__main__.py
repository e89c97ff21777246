"""`python -m simulators.entra`."""

from simulators.entra.app import main

main()
