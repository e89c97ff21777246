"""`python -m simulators.dataverse`."""

from simulators.dataverse.app import main

main()
