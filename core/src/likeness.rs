//! Near-duplicates and repeats of texts.
