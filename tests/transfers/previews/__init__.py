"""Tests of looking into kept files."""
