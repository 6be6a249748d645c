"""Tests of the frame, Today and the live updates."""
