"""The pace of a route (provider and model): one for the whole fleet.

Pure: `pace.py` (when the next turn is due), `adaptation.py` (how a pace follows limits, 429s and outages).
`store.py` is the port, `fleet_pacer.py` drives it and is what buying a picture asks.
"""
