//! Imports as steps of the desk: matching, merging by field, and the tally of a file.

use crate::model::{ImportBatch, Interaction, Order};

/// Rows read and what became of them: read = created + updated + unchanged + rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows read.
    pub read: u64,
    /// Rows that made a record.
    pub created: u64,
    /// Rows that changed one.
    pub updated: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows that could not be taken.
    pub rejected: u64,
}

/// One step of an import: commits alone.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportStep {
    /// Its first step: the batch record.
    Begin(ImportBatch),
    /// Its last step: the batch record with its totals.
    End(ImportBatch),
    /// Interactions to add as they are.
    Interactions(Vec<Interaction>),
    /// Orders to add as they are.
    Orders(Vec<Order>),
}

use super::work::Job;
use crate::store::Reject;

/// Runs a step.
///
/// # Errors
/// What it is refused for.
pub fn run(job: &mut Job, step: &ImportStep) -> Result<(), Reject> {
    match step {
        ImportStep::Begin(batch) | ImportStep::End(batch) => {
            job.put(batch)?;
        }
        ImportStep::Interactions(all) => {
            for one in all {
                job.put(one)?;
            }
        }
        ImportStep::Orders(all) => {
            for one in all {
                job.put(one)?;
            }
        }
    }
    Ok(())
}
