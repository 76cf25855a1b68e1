"""The circuit breaker: state.py pure, store.py the port, breaker.py the driver, config.py the numbers."""
