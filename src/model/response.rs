//! Survey answers.

mod fields;

pub use fields::{FIELDS, LIST};

use super::{Derive, Entries, Fact, Id, Kind, Metric, Stamp, shape::record, words::words};

words! {
    /// What was asked, with its scale and direction.
    Preset {
        /// Satisfaction, 1 to 5, high is good.
        Csat = "csat",
        /// Would you recommend us, 0 to 10.
        Nps = "nps",
        /// Effort, 1 to 5, low is good.
        Ces1 = "ces1",
        /// "Made it easy", 1 to 7, high is good.
        Ces2 = "ces2",
    }
}

impl Preset {
    /// The lowest and the highest answer; `None` for a preset of a later version.
    pub fn scale(&self) -> Option<(i64, i64)> {
        match self {
            Preset::Csat | Preset::Ces1 => Some((1, 5)),
            Preset::Nps => Some((0, 10)),
            Preset::Ces2 => Some((1, 7)),
            Preset::Unknown(_) => None,
        }
    }
}

record! {
    /// One answer to one survey.
    Response {
        /// The number people see, after `R-`.
        number = "n": u64,
        /// Who answered.
        customer = "c": Id,
        /// About which ticket.
        ticket = "t": Option<Id>,
        /// What was asked.
        preset = "p": Preset,
        /// The answer.
        score = "s": i64,
        /// In their words.
        comment = "co": String,
        /// When they answered.
        at = "a": Stamp,
    }
}

impl Derive for Response {
    fn derive(&self, out: &mut Entries) {
        let me = (Kind::Response, self.id);
        out.number(Kind::Response, self.number, self.id);
        out.external(Kind::Response, &self.external_ids, self.id);
        out.timeline(self.customer, self.at, Kind::Response, self.id);
        out.refer((Kind::Customer, self.customer), me);
        if let Some(t) = self.ticket {
            out.refer((Kind::Ticket, t), me);
        }
        let metric = match self.preset {
            Preset::Csat => Metric::Csat,
            Preset::Nps => Metric::Nps,
            Preset::Ces1 | Preset::Ces2 => Metric::Ces,
            Preset::Unknown(_) => return,
        };
        let kind = self.preset.as_str().to_owned();
        let fact = Fact { value: self.score, customer: Some(self.customer), kind, ..Fact::default() };
        out.fact(metric, self.at, self.id, &fact);
    }
}
