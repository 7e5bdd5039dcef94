"""The conversation: understands a message in its context, answers it, and leads through the application."""
