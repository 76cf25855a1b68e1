"""The data models: stories, messages, pictures, runs, events. Frozen, strict, without I/O."""
