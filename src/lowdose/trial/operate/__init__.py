"""What a design would do: power, errors, cost, by carrying it out many times."""
