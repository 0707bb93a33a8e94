"""From the effects of several studies to one answer, with what is uncertain about it."""
