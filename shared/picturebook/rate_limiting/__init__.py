"""The rate limit of a route (provider and model), shared by the whole fleet.

Pure: `rate_limit.py` (when the next permit is due), `adaptation.py` (how the rate follows limits, 429s and outages).
`store.py` is the port. `fleet_rate_limiter.py` implements `ports.rate_limiter.RateLimiter` on it.
"""
