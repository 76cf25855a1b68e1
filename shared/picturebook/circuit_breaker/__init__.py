"""The circuit breaker: one circuit per route (provider and model) for the whole fleet.

`state.py` and `window.py` are pure, `effects.py` says what an outcome means, `config.py` holds the
numbers, `store.py` is the port, `breaker.py` the driver, `decorator.py` the seed's decorator.
"""
