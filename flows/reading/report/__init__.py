"""`dateline report`: the newsroom at a glance, one page that anybody can open."""
