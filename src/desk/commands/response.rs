//! Survey answers.

use crate::{
    desk::{command::NewResponse, work::Job},
    model::{Customer, Kind, Refusal, Response, Ticket},
    store::Reject,
};

/// Records a survey answer.
pub fn record(job: &mut Job, new: &NewResponse) -> Result<(), Reject> {
    let customer: Customer = job.need(new.customer)?;
    if let Some(t) = new.ticket {
        job.need::<Ticket>(t)?;
    }
    let Some((low, high)) = new.preset.scale() else {
        return Err(
            Refusal::Invalid { field: "survey", why: format!("{} is no survey here", new.preset) }.into()
        );
    };
    if !(low..=high).contains(&new.score) {
        let why = format!("{} goes from {low} to {high}", new.preset.as_str().to_uppercase());
        return Err(Refusal::Invalid { field: "score", why }.into());
    }
    let id = job.make(Kind::Response);
    let response = Response {
        id,
        number: job.next_number(Kind::Response)?,
        customer: customer.id,
        ticket: new.ticket,
        preset: new.preset.clone(),
        score: new.score,
        comment: new.comment.trim().to_owned(),
        at: new.at.unwrap_or(job.at()),
        ..Default::default()
    };
    job.put(&response)?;
    let preset = response.preset.as_str().to_uppercase();
    job.say(format!("{preset} {} of {} recorded", response.score, customer.display_name()));
    Ok(())
}
