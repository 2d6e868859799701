"""`python -m benchmarks.soak`: see `measure`."""

import sys

from benchmarks.soak.measure import main

sys.exit(main())
