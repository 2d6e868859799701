"""What a command does in the terminal: it opens what it needs, calls flows and readers, and shows what came of it.

Called by flows/cli, a module by the same name. No option is declared here, and no logic that another room needs.
"""
