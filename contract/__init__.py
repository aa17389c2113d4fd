"""Contract testing: what holds openapi/palomma.yaml, the mock, the client and Palomma's sandbox together.

`spec` reads the contract and `checks` says what must hold of every answer. `walk`, `webhooks` and, with `world`,
schemathesis try the mock (`target`); `run` counts, `report` writes it down. `sandbox` asks a server that isn't ours and
keeps what `mask` leaves of it; `drift` makes tables and an edit of that. `api_diff` compares two contracts.
"""
