//! `.pptx` packages: parts, content types and relationships; written with the same bytes every time. Pure.
