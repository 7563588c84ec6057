"""Owns one file a migration, named by its number; the highest number is the head."""
