"""Retries. `retry_classifier.py` decides which errors are retried, `policy.py` how often and when.

`redelivery.py` decides when a queue delivers a picture's message again. Only this package imports tenacity. The
decorator `with_retry` is in `image_generation/`.
"""

from picturebook.retry_policy.policy import RetryPolicy

__all__ = ["RetryPolicy"]
