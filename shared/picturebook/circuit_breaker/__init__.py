"""The circuit breaker: one circuit per route (provider and model) for the whole fleet.

Pure: `state.py` (the circuit and its moves), `window.py` (when it trips), `outcome_classifier.py` (what an outcome
means), `config.py` (the numbers). `store.py` is the port. `breaker.py` drives calls, over `fleet_circuits.py`
(the shared circuits; `known_circuits.py` and `instance_log.py` are what this process remembers of them) and
`local_circuits.py` (for an instance that fails alone).
"""
