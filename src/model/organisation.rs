//! Organisations: what people belong to.

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
        /// Fields of the house's own.
        custom = "cu": BTreeMap<String, String>,
        /// Notes pinned to the top.
        notes = "no": Vec<String>,
        /// When it was put away.
        archived_at = "ar": Option<Stamp>,
        /// When it was made.
        created_at = "ca": Stamp,
        /// When it was last written.
        updated_at = "ua": Stamp,
    }
}

impl Derive for Organisation {
    fn derive(&self, out: &mut Entries) {
        out.number(Kind::Organisation, self.number, self.id);
        out.external(Kind::Organisation, &self.external_ids, self.id);
        out.tags(Kind::Organisation, &self.tags, self.id);
        let name = fold::fold(&self.name);
        out.row(Table::IxName, Key::new().u8(Kind::Organisation.code()).text(&name).id(self.id), []);
        if let Some(parent) = self.parent {
            out.refer((Kind::Organisation, parent), (Kind::Organisation, self.id));
        }
    }
}
