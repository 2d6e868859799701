"""`python -m benchmarks.crash`: see `measure`."""

import sys

from benchmarks.crash.measure import main

sys.exit(main())
