"""What others found: the studies, effects from what papers report, and pooling them."""
