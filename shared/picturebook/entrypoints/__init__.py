"""What Lambda calls: the queue functions, the handlers of their records, and how input is refused."""
