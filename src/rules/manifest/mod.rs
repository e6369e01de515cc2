//! Scopes, callers and endpoints: what Atlassian will let the app do.

pub(crate) mod missing_email_scope;
pub(crate) mod missing_gdpr_migration;
pub(crate) mod retired_endpoint;
pub(crate) mod scope_before_approval;
pub(crate) mod unavailable_scope;
pub(crate) mod unknown_scope;
pub(crate) mod unused_email_scope;
pub(crate) mod wrong_caller;
pub(crate) mod wrong_email_path;
