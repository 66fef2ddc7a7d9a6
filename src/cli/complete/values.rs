//! What a word of a line may become, out of the command line itself and of what is on the desk.

use super::{
    Answer, Offer,
    words::{self, Place, WantedWord},
};
use crate::{
    cli::ctx::Ctx,
    desk::list::Offers,
    model::{Kind, fold::fold},
    query::{
        self, Schema,
        complete::{Completion, Nothing, Source},
    },
};

/// The most names offered together.
const MOST: usize = 50;

/// What the last of these words may become. Where the line names a store, of that store.
pub(super) fn answer(ctx: &mut Ctx, words: &[String], command: &clap::Command) -> Answer {
    let mut command = command.clone();
    command.build();
    let Some(mut place) = words::place(words, &command) else { return Answer::Words(Vec::new()) };
    if let Some(store) = place.store.take() {
        ctx.global.store = Some(store);
    }
    if let Some(config) = place.config.take() {
        ctx.global.config = Some(config);
    }
    if place.flags && place.typed.starts_with("--") {
        return Answer::Words(flags(&place, &command));
    }
    if matches!(place.wanted, WantedWord::File) {
        return Answer::Files;
    }
    let mut offers = offers(ctx, &place);
    // A word that the verb would take for a flag is not offered.
    offers.retain(|o| place.dash || !o.value.starts_with('-'));
    for o in &mut offers {
        o.value.insert_str(0, place.before);
    }
    if place.flags && place.typed.starts_with('-') && offers.is_empty() {
        offers = flags(&place, &command);
    }
    Answer::Words(offers)
}

fn offers(ctx: &mut Ctx, place: &Place<'_, '_>) -> Vec<Offer> {
    let typed = place.typed;
    let begins = |o: &Offer| o.value.starts_with(typed);
    match place.wanted {
        WantedWord::Verb(command) => {
            let verbs = command.get_subcommands().filter(|c| !c.is_hide_set());
            let offer = |c: &clap::Command| Offer {
                value: c.get_name().to_owned(),
                about: c.get_about().map(ToString::to_string).unwrap_or_default(),
            };
            verbs.map(offer).filter(begins).collect()
        }
        WantedWord::Choice(arg) => {
            let values = arg.get_possible_values().into_iter().filter(|v| !v.is_hide_set());
            let offer = |v: clap::builder::PossibleValue| Offer {
                value: v.get_name().to_owned(),
                about: v.get_help().map(ToString::to_string).unwrap_or_default(),
            };
            values.map(offer).filter(begins).collect()
        }
        WantedWord::Query(schema) => query(ctx, schema, "", typed),
        WantedWord::Sort(schema) => query(ctx, schema, "sort:", typed),
        WantedWord::View(schema) => views(ctx, schema, typed),
        WantedWord::Value(schema, field) => {
            let mut out = values(ctx, schema, field, typed);
            out.extend(numbers(ctx, typed));
            out
        }
        WantedWord::Number => numbers(ctx, typed),
        WantedWord::Attachment => {
            let all = crate::cli::attachment::offers(ctx, place.first.unwrap_or_default());
            all.into_iter().map(|(value, about)| Offer { value, about }).filter(begins).collect()
        }
        WantedWord::File | WantedWord::Other => Vec::new(),
    }
}

/// The long flags of a command, and those of every command.
fn flags(place: &Place<'_, '_>, root: &clap::Command) -> Vec<Offer> {
    let all = place.command.get_arguments().chain(root.get_arguments().filter(|a| a.is_global_set()));
    let mut out: Vec<Offer> = Vec::new();
    for arg in all.filter(|a| !a.is_hide_set()) {
        let Some(long) = arg.get_long() else { continue };
        let value = format!("--{long}");
        if value.starts_with(place.typed) && !out.iter().any(|o| o.value == value) {
            out.push(Offer { value, about: arg.get_help().map(ToString::to_string).unwrap_or_default() });
        }
    }
    out
}

/// Whole words of a query that a word may become; `before` precedes it only for the language.
pub(super) fn query(ctx: &mut Ctx, schema: &'static Schema, before: &str, word: &str) -> Vec<Offer> {
    let text = format!("{before}{word}");
    let live = live(ctx, |source| query::complete(&text, text.len(), schema, source));
    let offers = live.unwrap_or_else(|| query::complete(&text, text.len(), schema, &Nothing));
    let offer = |o: Completion| {
        let whole = o.apply(&text).0;
        let whole = whole.strip_suffix(' ').unwrap_or(&whole);
        Offer { value: whole.strip_prefix(before).unwrap_or(whole).to_owned(), about: o.about }
    };
    offers.into_iter().map(offer).collect()
}

/// Values of a field that fit, as they are: no word of a query.
fn values(ctx: &mut Ctx, schema: &Schema, field: &str, typed: &str) -> Vec<Offer> {
    let starts = fold(typed.trim_start_matches('@'));
    let found = live(ctx, |source| source.values(schema, field, &starts, MOST)).unwrap_or_default();
    found.into_iter().map(|o| Offer { value: o.value, about: o.about }).collect()
}

/// Names of saved views that fit.
fn views(ctx: &mut Ctx, schema: Option<&'static Schema>, typed: &str) -> Vec<Offer> {
    let wanted = fold(typed);
    let schemas = match schema {
        Some(one) => vec![one],
        None => Schema::all().collect(),
    };
    let found = live(ctx, |source| {
        schemas.iter().flat_map(|s| source.segments(s)).collect::<Vec<(String, String)>>()
    });
    let fits = found.unwrap_or_default().into_iter().filter(|(name, _)| fold(name).contains(&wanted));
    let mut out: Vec<Offer> = fits.map(|(value, about)| Offer { value, about }).collect();
    out.dedup_by(|a, b| a.value == b.value);
    out
}

/// Numbers of records that begin as typed: a letter and a dash give the kind.
fn numbers(ctx: &mut Ctx, typed: &str) -> Vec<Offer> {
    let kind = typed.split_once('-').and_then(|(letter, _)| Kind::of_letter(letter));
    let schema = kind.and_then(Schema::of_kind);
    schema.map(|s| query(ctx, s, "number:", typed)).unwrap_or_default()
}

/// What a desk has to offer. An error would appear in the middle of the line being typed, so without a desk it is `None`.
fn live<T>(ctx: &mut Ctx, ask: impl Fn(&dyn Source) -> T) -> Option<T> {
    let desk = ctx.desk().ok()?;
    let asker = ctx.asker(&desk).ok()?;
    let none = |_: &Schema, _: &str| Vec::new();
    desk.view(|v| Ok(ask(&Offers::new(v, &asker, &none)))).ok()
}
