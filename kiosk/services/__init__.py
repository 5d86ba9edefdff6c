"""What the product does: one public function per act.

Each refuses first, then locks, acts, and is harmless when repeated. `now` and
the connection or session are arguments; nothing here commits.
"""
