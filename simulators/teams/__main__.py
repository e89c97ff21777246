"""`python -m simulators.teams`."""

from simulators.teams.app import main

main()
