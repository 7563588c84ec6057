"""Owns the steps by which a database comes to the tables of ``storage/tables.py``; ``storage/migrate.py`` runs them."""
