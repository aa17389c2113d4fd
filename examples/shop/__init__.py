"""A small shop that collects with payin links and pays its supplier, told of outcomes by webhooks."""
