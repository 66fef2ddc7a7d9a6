//! The fields of deals, and the rule that completes one: see [`field`](crate::model::field).

use super::{Deal, DealStage};
use crate::model::{
    Kind, Refusal,
    field::{
        Columns, Datum as D, Entity, FieldKind as K, FieldSpec,
        Fit::{Fixed, Right, Text},
        Input::{Block, Line},
        Merge::Own,
        Occasion,
        Privacy::{Clear, Keep, Redact},
    },
    phrase::Lean::{Future, Past},
};

type F = FieldSpec<Deal>;

/// The fields that are first in forms, in this order; the others follow in the order of the table.
pub const FORM: &[&str] = &["title", "customer", "organisation", "amount", "stage", "close", "owner"];

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns = Columns {
    usual: &["number", "stage", "amount", "close", "owner", "title", "customer", "organisation"],
    more: &["probability", "pipeline"],
};

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("title", Redact, Own).also(&["name", "subject"]).titled("Title").query(K::Text).help("what is sold").column("title", Text, (16, 200))
        .text(|d| &d.title, |d| &mut d.title).required(Line, "").heads(&["Deal Name", "Opportunity Name"]),
    F::derived("is").words(K::States, &["open", "won", "lost", "archived"]).titled("Status").help("what is true of it")
        .reads(|d, out| d.states().for_each(|s| out(D::Text(s)))),
    F::stored("customer", Keep, Own).titled("Customer").query(K::Ref(Kind::Customer)).help("the customer, by number or name")
        .column("customer", Text, (12, 22)).link(Kind::Customer, |d| &d.customer, |d| &mut d.customer).form(Line, "a number, an address")
        .heads(&["Associated Contact IDs", "Associated Contact", "Contact"]),
    F::stored("organisation", Keep, Own).also(&["org"]).titled("Organisation").query(K::Ref(Kind::Organisation)).help("the organisation")
        .column("organisation", Text, (12, 22)).link(Kind::Organisation, |d| &d.organisation, |d| &mut d.organisation).form(Line, "a number, a name")
        .heads(&["Associated Company IDs", "Associated Company", "Company", "Account Name"]),
    F::stored("worth", Keep, Own).named("amount").also(&["worth", "value"]).titled("Amount").query(K::Money).help("what it is worth").column("amount", Right, (10, 16))
        .money(|d| (d.worth, &d.currency), |d| (&mut d.worth, &mut d.currency)).form(Line, "1200, €99.50"),
    F::stored("pipeline", Keep, Own).titled("Pipeline").query(K::Text).help("the pipeline that it goes through").column("pipeline", Text, (8, 16))
        .text(|d| &d.pipeline, |d| &mut d.pipeline).form(Line, ""),
    F::stored("stage", Keep, Own).titled("Stage").query(K::Text).help("the stage that it has reached").column("stage", Text, (10, 16))
        .text(|d| &d.stage, |d| &mut d.stage).form(Line, "a stage of its pipeline").heads(&["Deal Stage"]),
    F::stored("probability", Keep, Own).titled("Probability").query(K::Number).help("how likely it is to be won, in percent")
        .column("probability", Right, (12, 12)).count(|d| &d.probability, |d| &mut d.probability).form(Line, "as the stage says, unless given").heads(&["Deal probability"]),
    F::stored("expected_close", Keep, Own).named("close").also(&["expected_close", "closes"]).titled("Expected close").query(K::Day(Future))
        .help("when it is expected to close").column("close", Fixed, (10, 10)).day(|d| &d.expected_close, |d| &mut d.expected_close)
        .form(Line, "2026-03-31, next friday").heads(&["Close Date"]),
    F::stored("owner", Keep, Own).also(&["agent", "assignee"]).titled("Owner").query(K::Person).help("the agent who works on it")
        .column("owner", Text, (8, 16)).link(Kind::Agent, |d| &d.owner, |d| &mut d.owner).form(Line, "an agent").heads(&["Deal owner", "Opportunity Owner"]),
    F::stored("next_task", Keep, Own).also(&["task"]).titled("Next task").query(K::Ref(Kind::Task)).help("the task that is next")
        .link(Kind::Task, |d| &d.next_task, |d| &mut d.next_task).form(Line, "K-12"),
    F::stored("lost_reason", Redact, Own).also(&["reason"]).titled("Lost reason").query(K::Text).help("why it was lost")
        .text(|d| &d.lost_reason, |d| &mut d.lost_reason).heads(&["Closed Lost Reason"]).form(Line, "why it was lost"),
    F::stored("closed_at", Keep, Own).named("closed").titled("Closed").query(K::Date(Past)).help("when it was won or lost").column("closed", Fixed, (16, 16))
        .reads(|d, out| d.closed_at.into_iter().for_each(|at| out(D::At(at)))),
    F::stored("tags", Clear, Own).named("tag").also(&["tags"]).titled("Tags").query(K::Set).help("its tags").column("tags", Text, (8, 18))
        .tags(|d| &d.tags, |d| &mut d.tags).form(Line, "separate tags with commas"),
    F::stored("notes", Clear, Own).named("note").also(&["notes"]).titled("Notes").query(K::Text).help("its notes")
        .paragraphs(|d| &d.notes, |d| &mut d.notes).heads(&["Deal Description", "Description"]).form(Block, ""),
    F::stored("custom", Clear, Own).also(&["field"]).titled("Custom fields").query(K::Custom).help("custom fields").placed()
        .custom(|d| &d.custom, |d| &mut d.custom).unless("each custom field is edited as custom.NAME"),
    F::stored("stages", Keep, Own).named("reached").titled("Stages").query(K::Text).help("the stages that it has reached")
        .reads(|d, out| d.stages.iter().for_each(|s| out(D::Text(&s.to)))),
    F::stored("archived_at", Keep, Own).named("archived").titled("Archived").query(K::Date(Past)).help("when it was archived")
        .reads(|d, out| d.archived_at.into_iter().for_each(|at| out(D::At(at)))),
    F::stored("created_at", Keep, Own).named("created").titled("Created").query(K::Date(Past)).help("when it was added").column("created", Fixed, (16, 16))
        .reads(|d, out| out(D::At(d.created_at))),
    F::stored("updated_at", Keep, Own).named("updated").titled("Updated").query(K::Date(Past)).help("when it was last edited")
        .reads(|d, out| out(D::At(d.updated_at))),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("its number").column("number", Fixed, (7, 8))
        .reads(|d, out| out(D::Number(i64::try_from(d.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Clear, Own).named("external").also(&["xid"]).query(K::Text)
        .help("its names in other systems").reads(|d, out| {
            for x in &d.external_ids {
                out(D::Text(&x.id));
                out(D::Owned(format!("{}:{}", x.source, x.id)));
            }
        }),
    F::stored("currency", Keep, Own),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
];

/// Deals as what all kinds share serves them.
pub const ENTITY: Entity<Deal> = Entity {
    plural: "deals",
    help: "Deals: sales on their way through a pipeline",
    main: "title",
    title: |d| &d.title,
    number: |d| &mut d.number,
    settle,
    archived_at: |d| &d.archived_at,
    archive: |d| &mut d.archived_at,
    customer: |d| &d.customer,
    history_at: |d, at| d.stages.iter().rev().find(|s| s.at == at).map(|s| s.to.as_str()),
};

/// Dates, and the stage: a change of stage is added to the history, and takes the probability of the stage with it.
fn settle(deal: &mut Deal, before: Option<&Deal>, now: &Occasion<'_>) -> Result<(), Refusal> {
    let invalid = |field: &'static str, why: String| Refusal::Invalid { field, why };
    if before.is_none() {
        deal.created_at = now.at;
        deal.owner = deal.owner.or(now.actor);
    }
    let pipeline = now.workspace.pipeline(&deal.pipeline).ok_or_else(|| {
        let all: Vec<String> = now.workspace.sales_pipelines().into_iter().map(|p| p.name).collect();
        invalid("pipeline", format!("there is no pipeline {}; there are {}", deal.pipeline, all.join(", ")))
    })?;
    let first = pipeline.stages.first().map(|s| s.name.clone()).unwrap_or_default();
    let wanted = if deal.stage.trim().is_empty() { first } else { deal.stage.clone() };
    let stage = pipeline.stage(&wanted).ok_or_else(|| {
        let all: Vec<&str> = pipeline.stages.iter().map(|s| s.name.as_str()).collect();
        invalid("stage", format!("{} has no stage {wanted}; it has {}", pipeline.name, all.join(", ")))
    })?;
    (deal.pipeline, deal.stage) = (pipeline.name.clone(), stage.name.clone());
    let moved = before.is_none_or(|b| (&b.pipeline, &b.stage) != (&deal.pipeline, &deal.stage));
    if moved {
        deal.stages.push(DealStage { at: now.at, to: stage.name.clone(), by: now.actor });
        deal.closed_at = stage.is_end().then_some(now.at);
    }
    let said = before.map_or(deal.probability > 0, |b| b.probability != deal.probability);
    if stage.is_end() || (moved && !said) {
        deal.probability = stage.probability;
    }
    if deal.probability > 100 {
        return Err(invalid("probability", "give a percentage from 0 to 100".into()));
    }
    if !stage.is_lost() {
        deal.lost_reason.clear();
    } else if deal.lost_reason.trim().is_empty() && !now.imported {
        return Err(invalid("lost_reason", "say why the deal was lost: lost_reason=\"…\"".into()));
    }
    if before != Some(deal) {
        deal.updated_at = now.at;
    }
    Ok(())
}
