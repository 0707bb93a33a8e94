"""What it does in one person: exposure, blockade, rebound and relief, and dosing data sets."""
