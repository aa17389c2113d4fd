"""What Palomma does, as pure functions and data: no input, no output, no clock of its own."""
