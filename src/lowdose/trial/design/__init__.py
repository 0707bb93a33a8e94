"""A design: periods, sequences and people as frozen values, read from a short file."""
