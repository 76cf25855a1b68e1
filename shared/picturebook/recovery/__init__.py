"""Recovery after a worker died: messages are sent again or quarantined, and hopeless pictures are given up."""
