"""`python -m benchmarks.scale`: see `measure`."""

import sys

from benchmarks.scale.measure import main

sys.exit(main())
