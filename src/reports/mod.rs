//! One file a format, all from the same `Run`; reports decide nothing.
