"""What the models are asked, as text, and how their answers are read. Pure."""
