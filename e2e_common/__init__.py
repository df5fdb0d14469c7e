"""The Python helpers of the harness. No suite knows another; what they share lives here once."""
