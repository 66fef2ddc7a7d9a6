//! Custom fields: the fields that a desk declares for its own records, each with a type. Values are texts in one form for
//! each type, so that a value that was there before the field was declared stays readable.

use super::{
    Currency, Day, Kind, Money,
    fold::{fold, fold_name},
    money::{Decimal, DecimalMark},
    shape::fields,
    words::words,
};

words! {
    /// What the values of a custom field are.
    CustomType {
        /// Any text.
        Text = "text",
        /// A number.
        Number = "number",
        /// An amount of money.
        Money = "money",
        /// A civil date.
        Date = "date",
        /// One of some words.
        Choice = "choice",
        /// Yes or no.
        YesNo = "yes_no",
        /// A customer, by number.
        Customer = "customer",
        /// An agent, by number.
        Agent = "agent",
    }
}

fields! {
    /// A field that the desk declared.
    CustomField {
        /// The kind of records that have it: `customer`.
        kind = "k": String,
        /// Its name, as it was declared. Case and signs do not tell two fields apart.
        name = "n": String,
        /// What its values are.
        of = "t": CustomType,
        /// The words of a choice, in their order.
        choices = "c": Vec<String>,
        /// Whether its values stay when the person is erased.
        keep = "ke": bool,
    }
}

/// The kinds whose records can have custom fields.
pub const KINDS: &[Kind] = &[Kind::Customer, Kind::Organisation, Kind::Ticket, Kind::Deal];

/// The most custom fields of a kind.
pub const MOST: usize = 200;

/// The longest name of a custom field, in characters.
const LONGEST_NAME: usize = 60;

/// `yes` or `no`, as it was typed.
pub fn yes_no(typed: &str) -> Option<&'static str> {
    match fold(typed.trim()).as_str() {
        "yes" | "y" | "true" | "1" => Some("yes"),
        "no" | "n" | "false" | "0" => Some("no"),
        _ => None,
    }
}

impl CustomField {
    /// Whether it goes by a name.
    pub fn is_called(&self, name: &str) -> bool {
        fold_name(&self.name) == fold_name(name)
    }

    /// Checks a declaration.
    ///
    /// # Errors
    /// The sentence about what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let name = self.name.trim();
        if fold_name(name).is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(format!("a name has letters or digits, and at most {LONGEST_NAME} characters"));
        }
        if name.contains(['=', ':', ',', '"']) || name.chars().any(char::is_control) {
            return Err("a name has none of = : , \"".into());
        }
        if let CustomType::Unknown(word) = &self.of {
            return Err(format!("there is no type {word}: give one of {}", CustomType::WORDS.join(", ")));
        }
        let several = self.of == CustomType::Choice;
        if several && self.choices.is_empty() {
            return Err("say which words can be chosen: --choices gold,silver".into());
        }
        if !several && !self.choices.is_empty() {
            return Err("only the type choice has --choices".into());
        }
        Ok(())
    }

    /// A value in the form that is kept. A customer or an agent is looked up by `find`, which gives the number.
    ///
    /// # Errors
    /// What the field takes instead.
    pub fn value(
        &self,
        typed: &str,
        currency: Currency,
        find: &dyn Fn(Kind, &str) -> Option<String>,
    ) -> Result<String, String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(String::new());
        }
        let not = |what: &str| format!("{typed} is not {what}");
        Ok(match &self.of {
            CustomType::Text | CustomType::Unknown(_) => typed.to_owned(),
            CustomType::Number => {
                let number = Decimal::parse(typed, DecimalMark::Auto)
                    .map_err(|_| not("a number such as 12 or 3.5"))?;
                number.plain()
            }
            CustomType::Money => {
                let money = Money::parse(typed, currency, DecimalMark::Auto)
                    .map_err(|_| not("an amount such as 99.50 or 20 USD"))?;
                format!("{} {}", money.plain(), money.currency)
            }
            CustomType::Date => {
                let day: Day = typed.parse().map_err(|_| not("a date such as 2026-03-31"))?;
                day.to_string()
            }
            CustomType::Choice => {
                let found = self.choices.iter().find(|c| fold(c) == fold(typed));
                found.ok_or_else(|| not(&format!("one of {}", self.choices.join(", "))))?.clone()
            }
            CustomType::YesNo => yes_no(typed).ok_or_else(|| not("yes or no"))?.to_owned(),
            CustomType::Customer => find(Kind::Customer, typed).ok_or_else(|| not("a customer here"))?,
            CustomType::Agent => find(Kind::Agent, typed).ok_or_else(|| not("an agent here"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(of: &str) -> CustomField {
        let choices = if of == "choice" { vec!["Gold".into(), "Silver".into()] } else { Vec::new() };
        CustomField { kind: "customer".into(), name: "Plan".into(), of: of.into(), choices, keep: false }
    }

    #[test]
    fn each_type_keeps_its_values_in_one_form() {
        let find = |kind: Kind, text: &str| (text == "ada").then(|| format!("{}-1", kind.letter()));
        for (of, typed, kept) in [
            ("text", " a b ", Some("a b")),
            ("number", "1,204.50", Some("1204.5")),
            ("number", "-0.05", Some("-0.05")),
            ("number", "twelve", None),
            ("money", "€99.5", Some("99.50 EUR")),
            ("money", "20 USD", Some("20.00 USD")),
            ("money", "a lot", None),
            ("date", "2026-03-31", Some("2026-03-31")),
            ("date", "soon", None),
            ("choice", "gold", Some("Gold")),
            ("choice", "bronze", None),
            ("yes_no", "TRUE", Some("yes")),
            ("yes_no", "maybe", None),
            ("customer", "ada", Some("C-1")),
            ("agent", "bob", None),
        ] {
            let got = field(of).value(typed, Currency::EUR, &find);
            assert_eq!(got.as_deref().ok(), kept, "{of} {typed}: {got:?}");
            if let Some(kept) = kept.filter(|_| !matches!(of, "customer" | "agent")) {
                assert_eq!(field(of).value(kept, Currency::EUR, &find).as_deref(), Ok(kept), "{of}: stays");
            }
        }
    }

    #[test]
    fn what_is_no_field_is_rejected_with_the_reason() {
        assert_eq!(field("choice").check(), Ok(()));
        for (f, why) in [
            (CustomField { name: " ".into(), ..field("text") }, "letters or digits"),
            (CustomField { name: "a:b".into(), ..field("text") }, "none of"),
            (CustomField { choices: Vec::new(), ..field("choice") }, "--choices"),
            (CustomField { choices: vec!["x".into()], ..field("text") }, "only the type choice"),
            (field("colour"), "there is no type colour"),
        ] {
            let got = f.check().unwrap_err();
            assert!(got.contains(why), "{got}");
        }
        assert!(field("text").is_called("PLAN") && field("text").is_called("p-l an"));
    }
}
