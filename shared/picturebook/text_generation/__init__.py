"""Texts that a model writes or judges: bible, alt texts, moderation. No picture waits for them to succeed."""
