"""The activity log: append-only, hash-chained, one chain a participant (law 7)."""
