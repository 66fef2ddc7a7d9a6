//! Outgoing messages on their way: the only place where their states change.

use super::work::Job;
use crate::{
    model::{Message, Outbox},
    store::Reject,
};

/// Writes how far an outgoing message is, and what its message says of it.
///
/// # Errors
/// Where the store cannot.
pub fn put(job: &mut Job, out: &Outbox) -> Result<(), Reject> {
    job.put(out)?;
    if let Some(mut message) = job.work.get::<Message>(out.id)? {
        message.delivery = out.state.delivery();
        job.put(&message)?;
    }
    Ok(())
}
