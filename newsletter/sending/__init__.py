"""Sending issues: rows say what is to be sent, connections of workers send it."""
