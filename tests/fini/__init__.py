"""Tests of the FINI API Gateway."""
