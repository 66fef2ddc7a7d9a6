//! What is wrong with the values of a form, said at their fields as one types.

use crate::{
    model::{Currency, Day, Money, Stamp, money::DecimalMark, phrase},
    tui::model::{Layer, Model},
};

/// Checks the fields of the topmost form as one types: what is wrong is said at its field.
pub fn check(m: &mut Model) {
    let (now, zone, currency) = (m.now, m.info.zone.clone(), m.info.currency());
    let Some(Layer::Form(form)) = m.layers.last_mut() else { return };
    form.error = None;
    for f in &mut form.fields {
        let text = f.text.as_str().trim();
        f.error = if text.is_empty() || !f.changed() && f.error.is_none() {
            None
        } else {
            wrong(f.name, text, now, &zone, currency)
        };
    }
}

/// What is wrong with a value; `None` where nothing is.
fn wrong(
    name: &str,
    text: &str,
    now: Stamp,
    zone: &crate::model::zone::Zone,
    currency: Currency,
) -> Option<String> {
    let moment = || phrase::moment(text, now, zone).err().map(|e| e.to_string());
    match name {
        "due" | "promise" => moment(),
        "at" => past(text, now, zone).err(),
        "zone" => crate::model::zone::Zone::named(text).err().map(|e| e.to_string()),
        "currency" => text.parse::<Currency>().err().map(|e| e.to_string()),
        "birthday" => text.parse::<Day>().is_err().then(|| "a date such as 1990-02-28".to_owned()),
        "date" => text.parse::<Day>().err().map(|e| e.to_string()),
        "quantity" => text.parse::<i64>().map_or(true, |n| n < 1).then(|| "a whole number from 1".to_owned()),
        "minutes" => text.parse::<u32>().is_err().then(|| "a whole number".to_owned()),
        "score" => text.parse::<i64>().is_err().then(|| "a whole number".to_owned()),
        "price" | "discount" | "amount" => money(text, currency).err(),
        "email" | "address" | "alias" => {
            let bad = text
                .split(',')
                .map(str::trim)
                .find(|a| !a.is_empty() && crate::model::fold::email_key(a).is_none());
            bad.map(|a| format!("“{a}” is no address"))
        }
        name => crate::tui::popups::mailbox::wrong(name, text),
    }
}

/// An amount from 0, in minor units.
pub(super) fn money(text: &str, currency: Currency) -> Result<i64, String> {
    let m = Money::parse(text, currency, DecimalMark::Auto).map_err(|e| e.to_string())?;
    if m.minor < 0 { Err("an amount from 0".to_owned()) } else { Ok(m.minor) }
}

/// A moment that may lie behind us.
pub(super) fn past(text: &str, now: Stamp, zone: &crate::model::zone::Zone) -> Result<Stamp, String> {
    let when = phrase::parse(text, now, zone, phrase::Lean::Past).map_err(|e| e.to_string())?;
    Ok(when.range(now, zone).start.min(now))
}
