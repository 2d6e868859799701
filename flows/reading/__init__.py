"""What readers ask of the published snapshot: SQL, shipped queries, verification, export, the report.

Called by flows/commands and dateline/. It never opens the writer's file to write, and prints nothing.
"""
