"""Tests of the project's own small programs."""
