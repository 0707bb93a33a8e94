"""How we would find out: a design, its allocation, its people, its analysis, its worth."""
