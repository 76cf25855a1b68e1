"""Entry points of the Lambda functions: queue functions, their record handlers, and the refusal of input."""
