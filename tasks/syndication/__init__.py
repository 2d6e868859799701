"""Syndication: the same story at many outlets."""
