"""What reads a message: normalised text, lexicons, entity extraction."""
