"""Where people write to us: each channel turns its platform's messages into ours and our replies back."""
