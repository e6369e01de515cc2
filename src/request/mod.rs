//! The ticket: what is said about an app, from its facts, its declaration and the run.
