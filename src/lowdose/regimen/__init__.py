"""What is taken: doses, titration, schedule, preparation, and the questions asked before."""
