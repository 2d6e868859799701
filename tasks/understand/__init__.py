"""Understand: what a story's text says of itself: who is quoted, and who, what and where is named."""
