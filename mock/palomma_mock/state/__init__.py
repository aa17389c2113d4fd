"""What the mock holds: the database, the one object around it, and the notices on their way."""
