//! The fields of customers: see [`field`](crate::model::field).

use super::{Customer, Stage};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Aside, Fixed, Right, Text},
        Input::{Block, Choice, Line},
        Merge::{First, Join, Name, Own},
        Privacy::{Clear, Keep, Rule},
        Same, say,
    },
    phrase::Lean::Past,
};

type F = FieldSpec<Customer>;

/// Why a field is in no exported table.
const NOT_IN_TABLES: &str = "a CSV could not be read back; `export --format jsonl` has it";

/// The fields that stand first in forms, in this order; the others follow in the order of the table.
pub const FORM: &[&str] = &[
    "given", "family", "email", "phone", "org", "title", "street", "postal", "city", "country", "language",
    "tag", "note",
];

/// The columns of `frontdesk list` where no one chose, and those that are offered next; the others follow in the order of the table.
pub const LIST: Columns = Columns {
    usual: &["number", "name", "email", "phone", "organisation", "stage", "tags"],
    more: &["open", "seen", "orders", "revenue", "ordered", "owner", "title", "city"],
};

/// Every field.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::derived("name").titled("Name").query(K::Text).edits().help("the whole name and nickname").column("name", Text, (14, 26)).placed()
        .unless("forms ask for its parts"),
    F::stored("emails", Clear, Join(Same::Email)).named("email").also(&["mail"]).titled("E-mail").query(K::Text)
        .help("e-mail addresses").column("email", Text, (14, 30)).placed().edits()
        .reads(|c, out| {
            // The primary one first, as forms say.
            let primary = c.emails.iter().filter(|e| e.primary);
            primary.chain(c.emails.iter().filter(|e| !e.primary)).for_each(|e| out(D::Text(&e.address)));
        })
        .form(Line, "several with commas; the first is written to"),
    F::part("emails", "shared_email").titled("Shared address").edits().placed()
        .help("an address of theirs that several people use")
        .unless("a mark on an address: `is:shared` asks for it, and it is set by an edit"),
    F::part("emails", "bounced_email").titled("Bounced address").edits().placed()
        .help("an address of theirs to which mail comes back")
        .unless("a mark on an address: `is:bounced` asks for it, and mail that comes back sets it"),
    F::stored("phones", Clear, Join(Same::Phone)).named("phone").also(&["tel"]).titled("Phone").query(K::Phone)
        .help("telephone numbers").column("phone", Fixed, (12, 17)).placed().edits()
        .reads(|c, out| {
            let primary = c.phones.iter().filter(|p| p.primary);
            primary.chain(c.phones.iter().filter(|p| !p.primary)).for_each(|p| out(D::Text(&p.raw)));
        })
        .form(Line, "several with commas"),
    F::stored("roles", Clear, Join(Same::Organisation)).named("org")
        .also(&["organisation", "organization", "company"]).titled("Organisation").query(K::Text)
        .help("organisations").column("organisation", Aside, (12, 24)).placed().edits()
        .reads(|c, out| c.roles.iter().take(1).for_each(|r| out(D::Link(Kind::Organisation, r.organisation))))
        .form(Line, "a new name makes a new one"),
    F::stored("tags", Keep, Join(Same::Folded)).named("tag").also(&["tags"]).titled("Tags").query(K::Set).help("tags")
        .column("tags", Aside, (8, 18)).placed().tags(|c| &c.tags, |c| &mut c.tags).form(Line, "with commas"),
    F::stored("stage", Keep, First).titled("Stage").words(K::Enum, Stage::WORDS)
        .help("how far they have come with us").column("stage", Fixed, (8, 10)).placed().edits()
        .reads(|c, out| out(D::Text(c.stage.as_str()))).form(Choice, ""),
    F::stored("owner", Keep, First).also(&["agent"]).titled("Owner").query(K::Person).help("who looks after them")
        .column("owner", Aside, (8, 16)).placed().edits()
        .reads(|c, out| c.owner.into_iter().for_each(|id| out(D::Link(Kind::Agent, id))))
        .form(Line, "an agent"),
    F::derived("is").words(K::States, &["live", "archived", "merged", "shared", "bounced"]).help("their states")
        .reads(|c, out| {
            for (state, is) in [
                ("live", c.is_live()),
                ("archived", c.archived_at.is_some()),
                ("merged", c.merged_into.is_some()),
                ("shared", c.emails.iter().any(|e| e.shared)),
                ("bounced", c.emails.iter().any(|e| e.bounced)),
            ] {
                if is {
                    out(D::Text(state));
                }
            }
        }),
    F::derived("contacted").also(&["last_contact"]).query(K::Date(Past)).help("when we last heard of each other")
        .column("seen", Right, (5, 5)),
    F::stored("created_at", Keep, Own).named("created").query(K::Date(Past)).help("when the record was made")
        .column("created", Right, (8, 8)).reads(|c, out| out(D::At(c.created_at))),
    F::stored("updated_at", Keep, Own).named("updated").query(K::Date(Past)).help("when the record was last written")
        .column("updated", Right, (8, 8)).reads(|c, out| out(D::At(c.updated_at))),
    F::derived("open").also(&["open_tickets"]).query(K::Number).help("tickets that need work").column("open", Right, (5, 5)),
    F::derived("orders").query(K::Number).help("how many orders").column("orders", Right, (7, 7)),
    F::derived("revenue").also(&["spent"]).query(K::Money).help("what their orders came to").column("revenue", Right, (9, 12)),
    F::derived("ordered").also(&["last_order"]).query(K::Day(Past)).help("the date of the last order")
        .column("ordered", Fixed, (10, 10)),
    F::stored("addresses", Clear, Join(Same::Whole)).named("city").also(&["town"]).titled("City").query(K::Text)
        .help("towns").column("city", Aside, (8, 18)).placed().edits()
        .reads(|c, out| c.addresses.first().into_iter().for_each(|a| say(out, &a.city))).form(Line, ""),
    F::part("addresses", "region").titled("Region").query(K::Text).help("states or provinces").column("region", Aside, (8, 14)).placed()
        .edits().reads(|c, out| c.addresses.first().into_iter().for_each(|a| say(out, &a.region))).form(Line, "state or province"),
    F::part("addresses", "country").titled("Country").query(K::Text).help("countries").column("country", Aside, (8, 14)).placed()
        .edits().reads(|c, out| c.addresses.first().into_iter().for_each(|a| say(out, &a.country))).form(Line, ""),
    F::part("addresses", "street").titled("Street").query(K::Text).rare().help("streets").placed().edits()
        .reads(|c, out| c.addresses.first().into_iter().for_each(|a| say(out, &a.street))).form(Line, ""),
    F::part("addresses", "postal").titled("Postal code").query(K::Text).rare().help("postal codes").placed().edits()
        .reads(|c, out| c.addresses.first().into_iter().for_each(|a| say(out, &a.postal))).form(Line, ""),
    F::stored("language", Clear, First).also(&["lang"]).titled("Language").query(K::Text)
        .help("the language, as a tag").column("language", Fixed, (9, 9)).placed()
        .text(|c| &c.language, |c| &mut c.language).form(Line, "en, pt-BR …"),
    F::stored("source", Keep, First).head("Came From").titled("Source").query(K::Text).help("where they came from").column("source", Aside, (8, 14))
        .text(|c| &c.source, |c| &mut c.source).form(Line, "where they came from"),
    F::part("roles", "title").also(&["post"]).titled("Job title").query(K::Text).help("job titles").column("title", Aside, (8, 20)).placed()
        .edits().reads(|c, out| c.roles.first().into_iter().for_each(|r| say(out, &r.title))).form(Line, "what they are there"),
    F::part("roles", "department").titled("Department").query(K::Text).rare()
        .help("the parts of organisations that they work in").placed().edits()
        .reads(|c, out| c.roles.first().into_iter().for_each(|r| say(out, &r.department))).form(Line, ""),
    F::stored("given", Clear, Name).also(&["first_name"]).titled("First name").query(K::Text).help("given names")
        .placed().text(|c| &c.given, |c| &mut c.given).form(Line, ""),
    F::stored("family", Rule, Name).also(&["last_name", "surname"]).titled("Last name").query(K::Text)
        .help("family names").placed().text(|c| &c.family, |c| &mut c.family).form(Line, ""),
    F::stored("middle", Clear, Name).titled("Middle names").query(K::Text).rare().help("names between them").placed()
        .text(|c| &c.middle, |c| &mut c.middle).form(Line, ""),
    F::stored("prefix", Clear, Name).titled("Prefix").query(K::Text).rare().help("what is in front of the name")
        .text(|c| &c.prefix, |c| &mut c.prefix).form(Line, "Dr, Ms …"),
    F::stored("suffix", Clear, Name).titled("Suffix").query(K::Text).rare().help("what follows the name")
        .text(|c| &c.suffix, |c| &mut c.suffix).form(Line, "Jr, PhD …"),
    F::stored("nickname", Clear, First).titled("Nickname").query(K::Text).rare().help("what friends say")
        .text(|c| &c.nickname, |c| &mut c.nickname).form(Line, ""),
    F::stored("phonetic", Clear, First).head("Phonetic Name").titled("Said as").query(K::Text).rare().help("how the name is said")
        .text(|c| &c.phonetic, |c| &mut c.phonetic).form(Line, "how the name is said"),
    F::stored("birthday", Clear, First).also(&["birth_date", "born"]).titled("Birthday").query(K::Day(Past))
        .help("date of birth").column("birthday", Fixed, (10, 10)).placed().edits()
        .reads(|c, out| c.birthday.into_iter().for_each(|d| out(D::Day(d)))).form(Line, "1990-02-28"),
    F::stored("gender", Clear, First).titled("Gender").query(K::Text).help("gender").column("gender", Aside, (8, 14)).placed()
        .text(|c| &c.gender, |c| &mut c.gender).form(Line, ""),
    F::stored("income_band", Clear, First).also(&["income"]).titled("Income band").query(K::Text).help("income band")
        .column("income_band", Aside, (11, 16)).placed().text(|c| &c.income_band, |c| &mut c.income_band).form(Line, ""),
    F::stored("notes", Clear, Join(Same::Whole)).named("note").also(&["notes"]).titled("Note").query(K::Text)
        .help("pinned notes").column("note", Text, (12, 60)).placed()
        .paragraphs(|c| &c.notes, |c| &mut c.notes).form(Line, "shown at the top of their page"),
    F::stored("handles", Clear, Join(Same::Whole)).named("handle").also(&["social"]).titled("Networks")
        .query(K::Text).help("names on other networks").edits()
        .reads(|c, out| {
            for h in &c.handles {
                match h.network.as_str() {
                    "" => out(D::Text(&h.handle)),
                    network => out(D::Owned(format!("{network}:{}", h.handle))),
                }
            }
        })
        .form(Line, "network:name").unless(NOT_IN_TABLES),
    F::stored("websites", Clear, Join(Same::Whole)).named("website").also(&["websites", "web"]).titled("Web pages")
        .query(K::Text).rare().help("web pages").texts(|c| &c.websites, |c| &mut c.websites)
        .form(Line, "several with commas"),
    F::stored("zone", Clear, First).also(&["timezone"]).head("Time Zone").titled("Time zone").query(K::Text).rare().help("the time zone")
        .text(|c| &c.zone, |c| &mut c.zone).form(Line, "Europe/Dublin"),
    F::stored("preferred_channel", Clear, First).also(&["prefers"]).head("Preferred Channel").titled("Prefers").query(K::Text).rare()
        .help("how to reach them best")
        .text(|c| &c.preferred_channel, |c| &mut c.preferred_channel).form(Line, "phone, email …"),
    F::stored("contact_hours", Clear, First).head("Contact Hours").titled("Reachable").query(K::Text).rare().help("when to reach them")
        .text(|c| &c.contact_hours, |c| &mut c.contact_hours).form(Line, "mornings, after 18:00 …"),
    F::stored("preferences", Clear, Join(Same::Whole)).named("preference").also(&["preferences", "likes"])
        .head("Preferences").titled("Likes").query(K::Text).rare().help("what they like")
        .paragraphs(|c| &c.preferences, |c| &mut c.preferences).form(Block, "an empty line between two"),
    F::stored("needs", Clear, Join(Same::Whole)).named("need").also(&["needs"]).head("Needs").titled("Needs").query(K::Text).rare()
        .help("what they need").paragraphs(|c| &c.needs, |c| &mut c.needs)
        .form(Block, "an empty line between two"),
    F::stored("expectations", Clear, Join(Same::Whole)).named("expectation").also(&["expectations"]).head("Expectations").titled("Expects")
        .query(K::Text).rare().help("what they expect")
        .paragraphs(|c| &c.expectations, |c| &mut c.expectations).form(Block, "an empty line between two"),
    F::stored("referred_by", Clear, First).also(&["referrer"]).titled("Referrer").query(K::Ref(Kind::Customer)).rare()
        .help("who sent them, by number or name").edits()
        .reads(|c, out| c.referred_by.into_iter().for_each(|id| out(D::Link(Kind::Customer, id))))
        .form(Line, "a number, an address").unless(NOT_IN_TABLES),
    F::stored("number", Keep, Own).also(&["id"]).query(K::Id).help("the number").column("number", Fixed, (7, 8))
        .reads(|c, out| out(D::Number(i64::try_from(c.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Clear, Join(Same::Whole)).named("external").also(&["xid", "external_id"])
        .titled("Other ids").query(K::Text).help("names in other systems").edits()
        .reads(|c, out| {
            c.external_ids.iter().for_each(|x| out(D::Owned(format!("{}:{}", x.source, x.id))));
        })
        .unless("imports set it; `external_id+=source:id` changes it"),
    F::stored("custom", Clear, First).also(&["field"]).titled("Custom fields").query(K::Custom).help("custom fields").placed()
        .custom(|r| &r.custom, |r| &mut r.custom)
        .unless("each custom field is edited as custom.NAME"),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("stages", Keep, Join(Same::Moment)),
    F::stored("merged_into", Keep, Own),
    F::stored("distinct_from", Clear, Join(Same::Whole)),
    F::stored("archived_at", Rule, Own),
    F::stored("contacted_hint", Keep, First),
    F::stored("open_hint", Keep, First),
    F::stored("erased_at", Rule, First),
    F::stored("vcard", Clear, Join(Same::Whole)),
];
