"""What the generated code raises by itself."""


class ShapeError(ValueError):
    """An answer is not what the contract says it must at least be: an object with these members."""
