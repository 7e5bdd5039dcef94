"""Language understanding: training data by language, and the components that read messages."""
