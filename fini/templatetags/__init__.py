"""Tags of FINI's pages."""
