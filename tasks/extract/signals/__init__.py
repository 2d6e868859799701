"""What a page says of itself in a form for machines: JSON-LD, meta, microdata, dates in any script.

Called by tasks/extract/fields and story. Nothing is chosen here.
"""
