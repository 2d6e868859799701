"""`python -m benchmarks.faults`: see `measure`."""

import sys

from benchmarks.faults.measure import main

sys.exit(main())
