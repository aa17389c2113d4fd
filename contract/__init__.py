"""Contract testing: what holds openapi/palomma.yaml, the mock, the client and Palomma's sandbox together.

`spec` reads the contract. `world` makes generated requests acceptable, `checks` says what schemathesis doesn't look at,
`run` puts both into a run, `walk` adds what chance leaves out, `report` writes it down. `sandbox` and `drift` are for
Palomma's sandbox, `mutants` prove that a run can fail, `proxy` asks Prism, `api_diff` compares two contracts.
"""
