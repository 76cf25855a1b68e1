"""A stand-in for the image provider: the OpenAI HTTP API on this machine, strict, billed, and able to fail.

It must not know Picturebook: a provider does not share its client's catalogue or models, so nothing
here imports the layer.
"""
