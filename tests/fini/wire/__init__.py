"""Tests of fini.wire."""
