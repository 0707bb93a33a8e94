"""What a trial found: every analysis is a function from arrays to an `Estimate`."""
