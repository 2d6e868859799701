"""`dateline up`: servers, deployments, automations, and the processes that keep them running.

Called by flows/cli and flows/commands. What a run does stands in flows/run; here is how one is started and ended.
"""
