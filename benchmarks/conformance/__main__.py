"""`python -m benchmarks.conformance`: see `measure`."""

import sys

from benchmarks.conformance.measure import main

sys.exit(main())
