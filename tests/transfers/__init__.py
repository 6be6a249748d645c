"""Tests of the transfers app."""
