"""A visit to the exchange: lease, login, deliveries, results, log out."""
