"""What is kept: records, connections, migrations, packages and their loading, the snapshot, derived tables.

Called by every other room; it imports none. SQL stands in .sql files, and nothing here knows of a run's steps.
"""
