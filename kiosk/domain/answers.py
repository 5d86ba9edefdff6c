"""Yes and no, as the cells of lists say them; in lower case."""

YES = frozenset({"是", "yes", "y", "true", "1", "√"})
NO = frozenset({"否", "no", "n", "false", "0", "×"})
