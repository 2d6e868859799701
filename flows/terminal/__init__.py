"""How text is shown: tables, progress, errors in plain words, the SQL shell.

Called by flows/commands and by what speaks to a terminal. What comes from pages is escaped here; no SQL of its own.
"""
