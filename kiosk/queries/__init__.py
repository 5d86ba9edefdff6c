"""Reads: a connection or session and plain values in, frozen dataclasses out.

A query never writes and never commits; its number of statements is fixed.
"""
