"""Tests of the ground everyone stands on."""
