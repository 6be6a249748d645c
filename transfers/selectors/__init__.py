"""The reads, each in a constant number of queries."""
