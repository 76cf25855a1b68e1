"""The AWS resources of Picturebook (CDK), the kept template, and the bundle that Lambda and the local stack run."""
