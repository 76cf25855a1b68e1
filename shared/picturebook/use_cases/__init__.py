"""What a person, a message or a clock triggers, one module each. Read draw_picture.py first: it draws one picture."""
