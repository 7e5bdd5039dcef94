"""The npm package `telegram-test-api`, behind `adapter.mjs`."""
