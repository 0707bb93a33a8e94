"""Migrations, never edited once released."""
