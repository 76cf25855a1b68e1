"""Retries, at this one layer: `verdict.py` says which errors, `policy.py` how often and when.

`decorator.py` is the seed's `with_retry`. Only this package knows tenacity.
"""

from picturebook.retry_policy.policy import RetryPolicy

__all__ = ["RetryPolicy"]
