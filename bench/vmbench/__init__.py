"""What bench.py is made of: see ../README.md."""
