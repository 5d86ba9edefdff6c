"""Our figures beside those of a bare Flask, taken in one interleaved run."""
