//! The embedded fonts: shaping, measuring and wrapping.
