"""`python -m benchmarks.overhead`: see `measure`."""

import sys

from benchmarks.overhead.measure import main

sys.exit(main())
