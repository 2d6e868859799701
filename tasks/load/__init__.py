"""Rows from what was decided: one module puts a batch together, one turns records into rows of each table.

Called by flows/run and flows/work. It writes no file: a package is written by warehouse/packages.
"""
