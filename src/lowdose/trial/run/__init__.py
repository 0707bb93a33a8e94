"""A design carried out on people, virtual or real."""
