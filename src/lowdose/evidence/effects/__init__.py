"""From what a paper reports to an effect and its variance, one study an entry."""
