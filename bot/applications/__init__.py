"""Applications: whether one is eligible, and the lead that a finished one becomes."""
