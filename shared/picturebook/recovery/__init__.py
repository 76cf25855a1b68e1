"""What goes on where a worker died: resent messages, quarantine, pictures that are given up."""
