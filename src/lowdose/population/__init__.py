"""How people differ: parameters, baselines, adherence, and many people simulated at once."""
