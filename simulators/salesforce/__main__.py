"""`python -m simulators.salesforce --port N [--tls FOLDER]`."""

from simulators.salesforce.app import main

if __name__ == "__main__":
    main()
