//! Worth knowing; nothing here is against a rule.

pub(crate) mod connect_end_of_support;
pub(crate) mod narrower_scope_suffices;
pub(crate) mod notify_needs_no_address;
