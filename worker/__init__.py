"""The clock: due work, deliveries, deadlines."""
