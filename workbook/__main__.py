"""``python -m workbook``: the command line, for those without the script on their path."""

import sys

from workbook.cli import main

if __name__ == "__main__":
    sys.exit(main())
