"""What Picturebook does, one file per deed. Begin with draw_picture.py: it is the way of a picture, top to bottom."""
