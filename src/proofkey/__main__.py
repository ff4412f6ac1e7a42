"""`python -m proofkey`."""

import sys

from proofkey.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
