"""`python -m benchmarks.explore`: see `measure`."""

import sys

from benchmarks.explore.measure import main

sys.exit(main())
