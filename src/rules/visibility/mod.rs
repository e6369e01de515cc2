//! Hidden addresses, and what code assumes about them.

pub(crate) mod assumes_email_present;
pub(crate) mod bulk_result_by_position;
pub(crate) mod email_as_identity;
pub(crate) mod lookup_by_email;
