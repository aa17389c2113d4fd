"""Finding out what became of a create: which objects are ours, how they are searched for, how long is waited."""
