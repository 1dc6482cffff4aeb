//! Every setting of the program in one value, from defaults, files, environment and flags, each with its source.
