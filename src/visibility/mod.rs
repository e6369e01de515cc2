//! Profile visibility: who sees what of a user, why an address is absent, and something to test an app against.
//!
//! The model and the scenarios are data (`model.yaml`, `scenarios.yaml`, `diagnose/causes.yaml`,
//! `mock/routes.yaml`). Nothing in here knows rules or findings, and only `diagnose::online` and `mock` open a
//! socket.

pub mod diagnose;
pub mod fixtures;
pub mod mock;
pub mod model;
pub mod render;
pub mod scenarios;
pub mod shapes;
pub mod view;
