"""Wires use cases to adapters in two steps, between which a test or a simulator can put its own ports.

`aws_ports` makes the adapters of AWS, `openai_service` those of the image service; `wiring` builds `Services` from any
`Ports`. Only functions that call the image service import `openai_service`: importing openai takes 1-2 s.
"""
