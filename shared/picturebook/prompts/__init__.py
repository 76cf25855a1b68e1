"""The prompts of image and chat models, and the parsing of chat models' answers. Pure."""
