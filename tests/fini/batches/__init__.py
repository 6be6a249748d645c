"""Tests of fini.batches."""
