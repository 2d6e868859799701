"""`python -m benchmarks.lake`."""

from benchmarks.lake.measure import main

if __name__ == "__main__":
    raise SystemExit(main())
