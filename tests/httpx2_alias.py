"""httpx2 in httpx's place, for the whole suite: `python -m pytest -p tests.httpx2_alias`.

Plugins named with `-p` are imported before those of installed packages, so nothing has imported httpx by then.
"""

from httpx2 import alias_httpx

alias_httpx()
