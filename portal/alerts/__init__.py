"""Alerts folded by key, and the mail outbox."""
