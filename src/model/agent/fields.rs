//! The fields of agents and teams: see [`field`](crate::model::field).

use super::{Agent, Role, Team};
use crate::model::{
    Kind,
    field::{
        Columns, Datum as D, FieldKind as K, FieldSpec,
        Fit::{Fixed, Text},
        Merge::Own,
        Privacy::Keep,
    },
};

type F = FieldSpec<Agent>;
type G = FieldSpec<Team>;

/// Why no list of agents is asked by a field, and no form has one: said once for all of them.
const WORDS: &str = "agents are few: lists of them take words alone, and `agent edit` changes them";

/// The columns of `frontdesk list`, in this order.
pub const LIST: Columns =
    Columns { usual: &["number", "handle", "name", "role", "user", "teams", "away", "emails"], more: &[] };

/// Every field of an agent.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("name", Keep, Own).titled("Name").help("the name that customers see").column("name", Text, (14, 26)).text(|a| &a.name, |a| &mut a.name)
        .unless(WORDS),
    F::stored("handle", Keep, Own).titled("Handle").edits().help("the short name: @dana").column("handle", Fixed, (8, 16))
        .reads(|a, out| out(D::Text(&a.handle))).unless(WORDS),
    F::stored("unix_user", Keep, Own).titled("Unix user").help("the Unix user").column("user", Fixed, (8, 12))
        .text(|a| &a.unix_user, |a| &mut a.unix_user).unless(WORDS),
    F::stored("emails", Keep, Own).named("email").titled("E-mail").help("own addresses: mail from them is ours").column("emails", Text, (14, 30))
        .texts(|a| &a.emails, |a| &mut a.emails).unless(WORDS),
    F::stored("role", Keep, Own).titled("Role").edits().values(Role::WORDS).help("what they may do").column("role", Fixed, (8, 10))
        .reads(|a, out| out(D::Text(a.role.as_str()))).unless(WORDS),
    F::stored("teams", Keep, Own).named("team").titled("Teams").edits().help("their teams").column("teams", Text, (8, 18))
        .reads(|a, out| a.teams.iter().for_each(|id| out(D::Link(Kind::Team, *id)))).unless(WORDS),
    F::stored("capacity", Keep, Own).titled("Capacity").of(K::Number).edits()
        .help("how many open tickets they take; 0: no limit")
        .reads(|a, out| out(D::Number(i64::from(a.capacity)))).unless(WORDS),
    F::stored("signature", Keep, Own).titled("Signature").help("what stands under their mail")
        .text(|a| &a.signature, |a| &mut a.signature).unless(WORDS),
    F::stored("archived_at", Keep, Own).named("archived").titled("Archived").edits().help("whether they left: yes or no")
        .reads(|a, out| a.archived_at.into_iter().for_each(|at| out(D::At(at)))).unless(WORDS),
    F::stored("number", Keep, Own).of(K::Id).column("number", Fixed, (7, 8))
        .reads(|a, out| out(D::Number(i64::try_from(a.number).unwrap_or(i64::MAX)))),
    F::stored("external_ids", Keep, Own),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("away_since", Keep, Own).column("away", Fixed, (16, 16))
        .reads(|a, out| a.away_since.into_iter().for_each(|at| out(D::At(at)))),
    F::stored("created_at", Keep, Own),
];

/// The columns of `frontdesk list`, in this order.
pub const TEAM_LIST: Columns = Columns { usual: &["name", "about"], more: &[] };

/// Every field of a team.
#[rustfmt::skip] // a row per field
pub const TEAM_FIELDS: &[G] = &[
    G::stored("name", Keep, Own).titled("Name").help("its name").column("name", Text, (14, 26)).reads(|t, out| out(D::Text(&t.name)))
        .unless("a team is named when it is added"),
    G::stored("about", Keep, Own).titled("About").help("what it does").column("about", Text, (14, 200)).reads(|t, out| out(D::Text(&t.about)))
        .unless("nothing enters it yet"),
    G::stored("external_ids", Keep, Own),
    G::stored("id", Keep, Own),
    G::stored("version", Keep, Own),
    G::stored("created_at", Keep, Own),
];
