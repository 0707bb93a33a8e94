"""What a person writes down: entries, and the files they come in."""
