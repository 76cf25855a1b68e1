"""Picturebook's layer: stories become pictures, each paid for once.

Arrows point one way: bootstrap -> use cases and adapters -> ports -> models -> errors.
"""
