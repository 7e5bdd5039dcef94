"""The PyPI package `telemelya`, with the Redis and the S3 server that it needs, behind `adapter.py`."""
