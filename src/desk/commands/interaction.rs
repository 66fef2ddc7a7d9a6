//! Interactions: note something said on any channel.

use crate::{
    desk::{command::NewInteraction, work::Job},
    model::{Customer, Interaction, Kind, Ticket},
    store::Reject,
};

/// Notes an interaction.
pub fn log(job: &mut Job, new: &NewInteraction) -> Result<(), Reject> {
    let customer: Customer = job.need(new.customer)?;
    if let Some(t) = new.ticket {
        job.need::<Ticket>(t)?;
    }
    let id = job.make(Kind::Interaction);
    let interaction = Interaction {
        id,
        number: job.next_number(Kind::Interaction)?,
        customer: customer.id,
        organisation: customer.organisation(),
        ticket: new.ticket,
        channel: new.channel.clone(),
        direction: new.direction.clone(),
        at: new.at.unwrap_or(job.at()),
        author: job.actor(),
        subject: new.subject.trim().to_owned(),
        body: new.body.trim_end().to_owned(),
        seconds: new.seconds,
        ..Default::default()
    };
    job.put(&interaction)?;
    let channel = interaction.channel.as_str().replace('_', " ");
    job.say(format!("{channel} with {} logged", customer.display_name()));
    Ok(())
}
