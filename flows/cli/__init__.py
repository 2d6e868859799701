"""The command line as it is typed: one module a command with its arguments and help, put together by `app`.

Called by dateline/. Importing a module costs next to nothing; what a command does stands in flows/commands.
"""
