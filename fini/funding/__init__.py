"""What FINI says of funding, and sums of it: no tables, no time, no network."""
