"""What we learn: from one diary to an answer."""
