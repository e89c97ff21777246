"""`python -m simulators.contact_centre …`; `--help` says what."""

import sys

from simulators.contact_centre.cli import main

if __name__ == "__main__":
    sys.exit(main())
