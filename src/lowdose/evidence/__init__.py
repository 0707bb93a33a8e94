"""What others found: effects from what papers report, and pooling them."""
