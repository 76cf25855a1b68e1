"""The steps of a run, one revision of one story: plan, start, budget, ending."""
