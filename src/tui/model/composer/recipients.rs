//! The recipients of a message: what the fields say, what is wrong with them, and what is offered.

use super::{Composer, Field};
use crate::{
    mail::address::{Address, typed},
    model::fold,
};

/// This many addresses are offered at most.
pub const MOST: usize = 6;

/// Addresses offered for the field being typed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// They.
    pub all: Vec<Address>,
    /// The chosen one; `None` before one is.
    pub chosen: Option<usize>,
}

/// The entries of a field, as they are typed.
#[must_use]
pub fn addresses(text: &str) -> Vec<String> {
    typed::split(text).into_iter().map(str::to_owned).collect()
}

impl Composer {
    /// All recipients, by field.
    pub fn recipients(&self) -> impl Iterator<Item = (Field, &str)> {
        let fields = [Field::To, Field::Cc, Field::Bcc].into_iter();
        fields.flat_map(|f| typed::split(self.text(f).as_str()).into_iter().map(move |a| (f, a)))
    }

    /// The first recipient that is no address. The one that is being typed is not looked at, unless `all` are.
    #[must_use]
    pub fn bad_recipient(&self, all: bool) -> Option<(Field, &str)> {
        let begun = self.begun().filter(|_| !all).unwrap_or_default();
        self.recipients().find(|(f, a)| typed::read(a).is_none() && (*f != self.field || *a != begun))
    }

    /// Whether mail to a recipient came back before.
    #[must_use]
    pub fn bounces(&self) -> bool {
        let mut keys = self.recipients().filter_map(|(_, a)| Some(typed::read(a)?.key()));
        !self.basis.bounced.is_empty() && keys.any(|key| self.basis.bounced.contains(&key))
    }

    /// What is typed of an address at the cursor; `None` where the field has none.
    #[must_use]
    pub fn begun(&self) -> Option<&str> {
        if !self.field.is_recipients() || !self.typing {
            return None;
        }
        let head = self.text(self.field).head();
        let whole = typed::split(head).pop().unwrap_or_default();
        let ends = head.trim_end().ends_with([',', ';']);
        (!ends && !whole.is_empty()).then_some(whole)
    }

    /// Writes the chosen address in place of what is begun of it; whether one was chosen.
    pub fn take_offer(&mut self) -> bool {
        let chosen = self.offers.chosen.and_then(|at| self.offers.all.get(at)).map(Address::to_string);
        let (Some(address), Some(begun)) = (chosen, self.begun().map(str::len)) else { return false };
        self.offers = Offers::default();
        let field = self.field;
        let text = self.text_mut(field);
        let head = text.head().trim_end();
        let before = head.get(..head.len().saturating_sub(begun)).unwrap_or_default().to_owned();
        let rest = text.as_str().get(text.head().len()..).unwrap_or_default().trim_start().to_owned();
        text.set(&format!("{before}{address}, {rest}"));
        text.go_to(before.len() + address.len() + 2);
        true
    }

    /// Chooses another of what is offered; whether anything is.
    pub fn choose_offer(&mut self, by: isize) -> bool {
        let Some(last) = self.offers.all.len().checked_sub(1) else { return false };
        self.offers.chosen = match self.offers.chosen {
            None if by < 0 => Some(last),
            None => Some(0),
            // Before the first one stands what was typed.
            Some(0) if by < 0 => None,
            Some(at) => Some(at.saturating_add_signed(by).min(last)),
        };
        true
    }

    /// Addresses were found for what was typed: those that are in a field already are left out.
    pub fn offered(&mut self, text: &str, found: Vec<Address>) {
        if self.begun() != Some(text) {
            return;
        }
        let there: Vec<String> =
            self.recipients().filter(|(_, a)| *a != text).filter_map(|(_, a)| key(a)).collect();
        let typed = key(text);
        let new = |a: &Address| !there.contains(&a.key()) && typed.as_ref() != Some(&a.key());
        let all: Vec<Address> = found.into_iter().filter(new).take(MOST).collect();
        self.offers = Offers { all, chosen: None };
    }

    /// The name of the person at an address; the address where it is not known.
    #[must_use]
    pub fn name_of(&self, entry: &str) -> String {
        let Some(address) = typed::read(entry) else { return entry.to_owned() };
        let known = self.basis.names.iter().find(|(k, _)| *k == address.key());
        match known {
            _ if !address.name.is_empty() => address.name,
            Some((_, name)) => name.clone(),
            None => address.email,
        }
    }

    /// All of them in a line: `Grace Hopper <grace@example.org> · Cc 2 more`, with the address of the only one or not.
    #[must_use]
    pub fn recipients_shown(&self, dot: &str, address: bool) -> String {
        let of = |field: Field| typed::split(self.text(field).as_str());
        let to: Vec<String> = of(Field::To).iter().map(|a| self.name_of(a)).collect();
        let mut out = match to.as_slice() {
            [] => String::new(),
            // Of one the address is seen, too: that is where it goes.
            [one] => match of(Field::To).first().and_then(|a| typed::read(a)) {
                Some(a) if address && a.email != *one => format!("{one} <{}>", a.email),
                _ => one.clone(),
            },
            [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        };
        for field in [Field::Cc, Field::Bcc] {
            let all = of(field);
            let shown = match all.as_slice() {
                [] => continue,
                [one] => self.name_of(one),
                more => format!("{} more", more.len()),
            };
            out.push_str(&format!(" {dot} {} {shown}", field.label()));
        }
        out
    }
}

fn key(entry: &str) -> Option<String> {
    typed::read(entry).and_then(|a| fold::email_key(&a.email))
}
