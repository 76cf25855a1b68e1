"""What Picturebook talks about: stories, messages, pictures, events. Frozen, strict, without I/O."""
