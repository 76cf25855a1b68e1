"""What fulfils the ports: AWS, the image service, the machine itself. Nothing else imports their libraries."""
