"""Access to the exchange: facilities, hosts, accounts and what expires."""
