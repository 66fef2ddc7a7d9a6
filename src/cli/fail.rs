//! How a command of the shell ends: what is said, and the exit code that scripts look at.

use std::io;

use crate::{
    model::Refusal,
    query::QueryError,
    store::{Reject, StoreError},
};

/// Why a command ends early.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fail {
    /// It could not be done: 1.
    #[error("{0}")]
    Failed(String),
    /// Nothing matched, or a check found something; all is said already: 1.
    #[error("")]
    No,
    /// It was not asked rightly: 2.
    #[error("{0}")]
    Usage(String),
    /// The data given cannot be taken: 65 (`EX_DATAERR` of sysexits.h).
    #[error("{0}")]
    Data(String),
    /// Somebody else is at it, a later try may work: 75 (`EX_TEMPFAIL`).
    #[error("{0}")]
    Again(String),
    /// Stopped by hand: 130, as a shell says of SIGINT.
    #[error("{0}")]
    Interrupted(String),
    /// The screen was told to end by a signal: 128 and its number.
    #[error("")]
    Signal(u8),
    /// Nobody reads what is written any more (`… | head`): that is no failure, 0.
    #[error("")]
    Unread,
}

impl Fail {
    /// It could not be done.
    pub fn failed(why: impl Into<String>) -> Fail {
        Fail::Failed(why.into())
    }

    /// It was not asked rightly.
    pub fn usage(why: impl Into<String>) -> Fail {
        Fail::Usage(why.into())
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Fail::Unread => 0,
            Fail::Failed(_) | Fail::No => 1,
            Fail::Usage(_) => 2,
            Fail::Data(_) => 65,
            Fail::Again(_) => 75,
            Fail::Interrupted(_) => 130,
            Fail::Signal(code) => *code,
        }
    }
}

impl From<StoreError> for Fail {
    fn from(e: StoreError) -> Fail {
        match e {
            StoreError::Busy => Fail::Again(e.to_string()),
            StoreError::Missing(path) => Fail::Failed(format!(
                "there is no store at {path}: make one with `frontdesk init`, or choose one with --store PATH or FRONTDESK_STORE"
            )),
            e => Fail::Failed(e.to_string()),
        }
    }
}

impl From<Refusal> for Fail {
    fn from(r: Refusal) -> Fail {
        match r {
            Refusal::Unseen { .. } => Fail::Failed(format!("{r}; nothing was sent: --anyway sends it")),
            r => Fail::Failed(format!("{r}; nothing was changed")),
        }
    }
}

impl From<Reject> for Fail {
    fn from(r: Reject) -> Fail {
        match r {
            Reject::Refused(r) => r.into(),
            Reject::Store(e) => e.into(),
        }
    }
}

impl From<QueryError> for Fail {
    fn from(e: QueryError) -> Fail {
        Fail::Usage(e.to_string())
    }
}

impl From<io::Error> for Fail {
    fn from(e: io::Error) -> Fail {
        match e.kind() {
            io::ErrorKind::BrokenPipe => Fail::Unread,
            _ => Fail::Failed(format!("cannot write: {e}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_that_scripts_rely_on() {
        assert_eq!(Fail::from(StoreError::Busy).code(), 75);
        assert_eq!(Fail::from(StoreError::Missing("x".into())).code(), 1);
        assert_eq!(Fail::from(io::Error::from(io::ErrorKind::BrokenPipe)).code(), 0);
        assert_eq!(Fail::from(io::Error::from(io::ErrorKind::StorageFull)).code(), 1);
        assert_eq!(Fail::Data(String::new()).code(), 65);
        assert_eq!(
            Fail::from(Refusal::NothingTo("undo")).to_string(),
            "nothing to undo; nothing was changed"
        );
    }
}
