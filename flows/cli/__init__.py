"""The command line: one module a command, put together by `app`.

Called by dateline/. A module's top imports next to nothing, so that help is quick; no logic that another room needs.
"""
