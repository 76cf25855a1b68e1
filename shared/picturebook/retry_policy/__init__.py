"""Retries, at this one layer: `retry_classifier.py` says which errors, `policy.py` how often and when.

Only this package knows tenacity. The decorator `with_retry` is in `image_generation/`.
"""

from picturebook.retry_policy.policy import RetryPolicy

__all__ = ["RetryPolicy"]
