"""Funding: fetched from FINI, proposed, decided by two people, sent once."""
