"""How the mock is reached: the ASGI application, its server, the control API, and httpx without a socket."""
