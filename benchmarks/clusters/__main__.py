"""`python -m benchmarks.clusters`: see `measure`."""

import sys

from benchmarks.clusters.measure import main

sys.exit(main())
