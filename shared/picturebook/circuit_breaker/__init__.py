"""The circuit breaker: one circuit per route (provider and model) for the whole fleet.

Pure: `state.py` (the circuit and its transitions), `window.py` (when it trips), `outcome_classifier.py` (what an error
means for a circuit), `config.py` (the numbers). `store.py` is the port. `breaker.py` guards calls with two kinds of
circuits: `fleet_circuits.py` (shared; `known_circuits.py` and `instance_log.py` cache them in this process) and
`local_circuits.py` (for an instance that fails while the fleet does not).
"""
