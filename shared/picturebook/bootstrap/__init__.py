"""The one place that wires use cases to adapters, in two steps that a test or a simulator can enter between.

`aws_ports` makes the adapters of AWS, `openai_service` those of the image service; `wiring` builds the `Services` upon
any `Ports`. Only functions that call the image service import `openai_service`: importing openai takes 1-2 s.
"""
