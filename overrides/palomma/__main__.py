"""`python -m palomma` is the command `palomma`."""

from .cli import main

raise SystemExit(main())
