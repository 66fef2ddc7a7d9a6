//! What agents decide on the senders of tickets: let them in, block them, accept a new address.

use super::{dry_run::DryRun, fail::Fail, pick};
use crate::{
    desk::{
        Command, Desk,
        incoming::{
            address::{self, Offer},
            screener::Block,
        },
    },
    model::{Kind, fold},
};

/// Tickets whose senders are blocked.
#[derive(Debug, Clone, clap::Args)]
pub struct BlockArgs {
    /// Which tickets.
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
    /// Block everyone at the sender's domain.
    #[arg(long)]
    pub domain: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// A new address of a known person.
#[derive(Debug, Clone, clap::Args)]
pub struct AddressArgs {
    /// On which ticket they wrote.
    pub id: String,
    /// The address, where there are several.
    pub address: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// The command that blocks the senders of tickets.
///
/// # Errors
/// Where there is no such ticket.
pub fn block(desk: &Desk, args: &BlockArgs) -> Result<Command, Fail> {
    let how = if args.domain { Block::Domain } else { Block::Address };
    Ok(Command::TicketBlock(pick::all(desk, Kind::Ticket, &args.ids)?, how))
}

/// The command that accepts a new address for the customer it is offered to, or declines it.
///
/// # Errors
/// Where no address is offered on the ticket, or several are.
pub fn address(desk: &Desk, args: &AddressArgs, accept: bool) -> Result<Command, Fail> {
    let ticket = pick::one(desk, Kind::Ticket, &args.id)?;
    let mut offers = desk.view(|v| address::offers(v, ticket))?;
    if let Some(wanted) = &args.address {
        let key = fold::email_key(wanted);
        offers.retain(|o| key.is_some() && fold::email_key(&o.address) == key);
    }
    match offers.as_slice() {
        [] => Err(Fail::failed(format!("no new address is offered on {}", args.id))),
        [Offer { customer, owner, .. }] if accept => {
            Ok(Command::Merge { kind: Kind::Customer, into: *customer, from: *owner, take: Vec::new() })
        }
        [Offer { customer, owner, .. }] => Ok(Command::CustomerDistinct(*customer, *owner)),
        several => {
            let all: Vec<&str> = several.iter().map(|o| o.address.as_str()).collect();
            Err(Fail::usage(format!("name one of {}", all.join(", "))))
        }
    }
}
