"""Which account of the mechanism do the published trials bear out, and what would settle it?"""
