"""Running a clinic: serve it, back it up, restore it, check it."""
