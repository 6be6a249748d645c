"""The FINI API Gateway."""
