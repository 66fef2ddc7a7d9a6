//! Deals: sales on their way through the stages of a pipeline.

mod fields;

use std::collections::BTreeMap;

pub use fields::{ENTITY, FIELDS, FORM, LIST};

use super::{
    Day, Derive, Entries, Id, Key, Kind, Stamp, Table,
    shape::{fields, record},
};

record! {
    /// A sale on its way.
    Deal {
        /// The number people see, after `D-`.
        number = "n": u64,
        /// What is sold, in a few words.
        title = "t": String,
        /// The customer.
        customer = "c": Option<Id>,
        /// The organisation.
        organisation = "o": Option<Id>,
        /// What it is worth, in minor units of its currency.
        worth = "a": Option<i64>,
        /// Its currency (ISO 4217).
        currency = "cu": String,
        /// The pipeline that it goes through.
        pipeline = "p": String,
        /// The stage that it has reached.
        stage = "s": String,
        /// How likely it is to be won, in percent: as its stage says, unless an agent knows better.
        probability = "pr": u32,
        /// When it is expected to close.
        expected_close = "cl": Option<Day>,
        /// The agent who works on it.
        owner = "ow": Option<Id>,
        /// The task that is next.
        next_task = "nt": Option<Id>,
        /// Why it was lost.
        lost_reason = "lr": String,
        /// The stages that it reached, the first first.
        stages = "sh": Vec<DealStage>,
        /// When it was won or lost.
        closed_at = "da": Option<Stamp>,
        /// Tags.
        tags = "tg": Vec<String>,
        /// Notes.
        notes = "no": Vec<String>,
        /// Custom fields.
        custom = "cf": BTreeMap<String, String>,
        /// When it was archived.
        archived_at = "ar": Option<Stamp>,
        /// When it was added.
        created_at = "ca": Stamp,
        /// When it was last edited.
        updated_at = "ua": Stamp,
    }
}

fields! {
    /// A stage that a deal reached.
    DealStage {
        /// When.
        at = "a": Stamp,
        /// The stage.
        to = "t": String,
        /// The agent who moved it there.
        by = "b": Option<Id>,
    }
}

impl Deal {
    /// Where it is: open, won or lost, and archived.
    fn states(&self) -> impl Iterator<Item = &'static str> {
        let end = match (self.closed_at, self.lost_reason.is_empty() && self.probability > 0) {
            (None, _) => "open",
            (Some(_), true) => "won",
            (Some(_), false) => "lost",
        };
        [Some(end), self.archived_at.map(|_| "archived")].into_iter().flatten()
    }
}

impl Derive for Deal {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Deal, self.id);
        out.number(Kind::Deal, self.number, self.id);
        out.external(Kind::Deal, &self.external_ids, self.id);
        out.tags(Kind::Deal, &self.tags, self.id);
        let links = [
            (Kind::Customer, self.customer),
            (Kind::Organisation, self.organisation),
            (Kind::Agent, self.owner),
            (Kind::Task, self.next_task),
        ];
        for (kind, id) in links {
            if let Some(id) = id {
                out.refer((kind, id), me);
            }
        }
        for id in self.stages.iter().filter_map(|s| s.by) {
            out.refer((Kind::Agent, id), me);
        }
        if let Some(customer) = self.customer {
            // One entry for each stage: the timeline shows the deal as it moves.
            for stage in &self.stages {
                out.timeline(customer, stage.at, Kind::Deal, self.id);
            }
        }
        let name = super::fold::fold(&self.title);
        out.row(Table::IxName, Key::new().u8(Kind::Deal.code()).text(&name).id(self.id), []);
    }
}
