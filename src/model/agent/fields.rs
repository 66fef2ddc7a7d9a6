//! The fields of agents and teams: see [`field`](crate::model::field).

use super::{Agent, Role, Team};
use crate::model::{
    Kind,
    field::{Datum as D, FieldKind as K, FieldSpec, Merge::Own, Privacy::Keep},
};

type F = FieldSpec<Agent>;
type G = FieldSpec<Team>;

/// Why no list of agents is asked by a field, and no form has one: said once for all of them.
const WORDS: &str = "agents are few: lists of them take words alone, and `agent edit` changes them";

/// Every field of an agent.
#[rustfmt::skip] // a row per field
pub const FIELDS: &[F] = &[
    F::stored("name", Keep, Own).titled("Name").help("the name that customers see").text(|a| &a.name, |a| &mut a.name)
        .unless(WORDS),
    F::stored("handle", Keep, Own).titled("Handle").edits().help("the short name: @dana")
        .reads(|a, out| out(D::Text(&a.handle))).unless(WORDS),
    F::stored("unix_user", Keep, Own).titled("Unix user").help("the Unix user")
        .text(|a| &a.unix_user, |a| &mut a.unix_user).unless(WORDS),
    F::stored("emails", Keep, Own).named("email").titled("E-mail").help("own addresses: mail from them is ours")
        .texts(|a| &a.emails, |a| &mut a.emails).unless(WORDS),
    F::stored("role", Keep, Own).titled("Role").edits().values(Role::WORDS).help("what they may do")
        .reads(|a, out| out(D::Text(a.role.as_str()))).unless(WORDS),
    F::stored("teams", Keep, Own).named("team").titled("Teams").edits().help("their teams")
        .reads(|a, out| a.teams.iter().for_each(|id| out(D::Link(Kind::Team, *id)))).unless(WORDS),
    F::stored("capacity", Keep, Own).titled("Capacity").of(K::Number).edits()
        .help("how many open tickets they take; 0: no limit")
        .reads(|a, out| out(D::Number(i64::from(a.capacity)))).unless(WORDS),
    F::stored("signature", Keep, Own).titled("Signature").help("what stands under their mail")
        .text(|a| &a.signature, |a| &mut a.signature).unless(WORDS),
    F::stored("archived_at", Keep, Own).named("archived").titled("Archived").edits().help("whether they left: yes or no")
        .reads(|a, out| a.archived_at.into_iter().for_each(|at| out(D::At(at)))).unless(WORDS),
    F::stored("number", Keep, Own),
    F::stored("external_ids", Keep, Own),
    F::stored("id", Keep, Own),
    F::stored("version", Keep, Own),
    F::stored("away_since", Keep, Own),
    F::stored("created_at", Keep, Own),
];

/// Every field of a team.
#[rustfmt::skip] // a row per field
pub const TEAM_FIELDS: &[G] = &[
    G::stored("name", Keep, Own).titled("Name").help("its name").reads(|t, out| out(D::Text(&t.name)))
        .unless("a team is named when it is added"),
    G::stored("about", Keep, Own).titled("About").help("what it does").reads(|t, out| out(D::Text(&t.about)))
        .unless("nothing enters it yet"),
    G::stored("external_ids", Keep, Own),
    G::stored("id", Keep, Own),
    G::stored("version", Keep, Own),
    G::stored("created_at", Keep, Own),
];
