"""The steps of one picture, from admission over the purchase to its settlement."""
