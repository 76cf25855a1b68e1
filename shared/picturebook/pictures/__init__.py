"""The steps of one picture, from admission through purchase to settlement."""
