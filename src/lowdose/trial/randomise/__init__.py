"""Who gets what: drawn by chance, sealed, handed to the pharmacy, opened and checked afterwards."""
