"""The one place that wires use cases to adapters, in two steps that a test or a simulator can enter between.

`aws_ports` makes the adapters of AWS, `image_service` those of the image service; `wiring.wire` builds the `Services`
upon any `Ports`. Only functions that call the image service import `image_service`, because importing openai takes 1-2 s.
"""
