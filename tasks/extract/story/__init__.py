"""The story's text: trafilatura's body, what it left out put back, teasers and other clutter taken away.

Called by tasks/extract/page. Fields beside the text stand in tasks/extract/fields.
"""
