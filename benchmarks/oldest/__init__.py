"""Whether the oldest DuckDB that README names reads the published snapshot."""
