//! Findings → titles and paragraphs. Pure: the same facts give the same words.
