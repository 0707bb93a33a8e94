"""Every defensible way to pool the same trials, all at once."""
