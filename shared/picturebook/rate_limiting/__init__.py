"""The rate of a route (provider and model): one for the whole fleet.

Pure: `rate_limit.py` (when the next permit is due), `adaptation.py` (how a rate follows limits, 429s and outages).
`store.py` is the port, `fleet_rate_limiter.py` drives it and is what buying a picture asks.
"""
