"""Writes: invitations, memberships, and the record of who signed in and out."""
