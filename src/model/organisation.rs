//! Organisations: what people belong to.

mod fields;

pub use fields::{FIELDS, FORM, LIST};

use std::collections::BTreeMap;

use super::{Derive, Entries, Id, Key, Kind, Stamp, Table, customer::Address, fold, shape::record};

record! {
    /// A company, a club, an office.
    Organisation {
        /// The number people see, after `G-`.
        number = "n": u64,
        /// Its name.
        name = "na": String,
        /// Mail domains that are its own.
        domains = "d": Vec<String>,
        /// Where it is.
        addresses = "ad": Vec<Address>,
        /// What it is part of.
        parent = "pa": Option<Id>,
        /// Tags.
        tags = "t": Vec<String>,
        /// Custom fields.
        custom = "cu": BTreeMap<String, String>,
        /// Notes pinned to the top.
        notes = "no": Vec<String>,
        /// The record that this one was merged into.
        merged_into = "mg": Option<Id>,
        /// When it was put away.
        archived_at = "ar": Option<Stamp>,
        /// When it was made.
        created_at = "ca": Stamp,
        /// When it was last written.
        updated_at = "ua": Stamp,
    }
}

impl Organisation {
    /// Whether it takes part in lists: neither archived nor merged away.
    pub fn is_live(&self) -> bool {
        self.archived_at.is_none() && self.merged_into.is_none()
    }
}

impl Derive for Organisation {
    fn derive(&self, out: &mut Entries) {
        out.number(Kind::Organisation, self.number, self.id);
        if self.merged_into.is_none() {
            out.external(Kind::Organisation, &self.external_ids, self.id);
            out.tags(Kind::Organisation, &self.tags, self.id);
        }
        let name = fold::fold(&self.name);
        out.row(Table::IxName, Key::new().u8(Kind::Organisation.code()).text(&name).id(self.id), []);
        for other in [self.parent, self.merged_into].into_iter().flatten() {
            out.refer((Kind::Organisation, other), (Kind::Organisation, self.id));
        }
    }
}
