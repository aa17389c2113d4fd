"""httpx transports on h11: `http` speaks HTTP and keeps connections, `network` has the sockets and their deadlines."""
