"""Implementations of the ports: AWS, the image service, the machine. Only this package imports their libraries."""
