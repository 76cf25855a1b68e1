"""Texts that a model writes or moderates: bible, alt texts, moderation. No picture needs them to succeed."""
