//! `--map field=Header,field=Header`: what the user says that headers mean.

use std::str::FromStr;

use super::{Field, header};

/// Pairs of a field and the header it is under.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Map {
    /// As they were given, in their order.
    pub pairs: Vec<(String, String)>,
}

/// Why a `--map` cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// Not `field=Header`.
    #[error("expected field=Header in {0:?}")]
    Syntax(String),
    /// The file has no such header.
    #[error("no column {header:?}; there are: {}", .have.join(", "))]
    NoSuchHeader {
        /// The header asked for.
        header: String,
        /// What there is.
        have: Vec<String>,
    },
    /// There is no such field.
    #[error("no field {field:?}; there are: {fields}")]
    NoSuchField {
        /// The field asked for.
        field: String,
        /// What there is.
        fields: &'static str,
    },
}

/// The fields of people that `--map` takes.
pub const CONTACT_FIELDS: &str = "name, given, middle, family, prefix, suffix, nickname, phonetic, email, work email, \
phone, mobile, home phone, street, city, region, zip, country, organisation, title, department, birthday, gender, \
income band, notes, tags, website, external id, days since contact, open tickets, language, owner, custom, custom:NAME, skip";

impl FromStr for Map {
    type Err = MapError;

    fn from_str(text: &str) -> Result<Map, MapError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for piece in text.split(',') {
            match (piece.split_once('='), pairs.last_mut()) {
                (Some((field, header)), _) => pairs.push((field.trim().to_owned(), header.trim().to_owned())),
                // A header with a comma in it.
                (None, Some((_, header))) => *header = format!("{header},{piece}"),
                (None, None) if piece.trim().is_empty() => {}
                (None, None) => return Err(MapError::Syntax(piece.trim().to_owned())),
            }
        }
        match pairs.iter().find(|(field, header)| field.is_empty() || header.is_empty()) {
            Some((field, header)) => Err(MapError::Syntax(format!("{field}={header}"))),
            None => Ok(Map { pairs }),
        }
    }
}

impl Map {
    /// The columns that the pairs name: their place and the field's name.
    ///
    /// # Errors
    /// [`MapError::NoSuchHeader`].
    pub fn columns(&self, headers: &[String]) -> Result<Vec<(usize, &str)>, MapError> {
        let place = |wanted: &str| {
            let exact = headers.iter().position(|h| h == wanted);
            exact.or_else(|| {
                let wanted = header::words(wanted);
                headers.iter().position(|h| header::words(h) == wanted)
            })
        };
        let missing =
            |header: &String| MapError::NoSuchHeader { header: header.clone(), have: headers.to_vec() };
        self.pairs
            .iter()
            .map(|(field, h)| Ok((place(h).ok_or_else(|| missing(h))?, field.as_str())))
            .collect()
    }
}

/// The field of people that a name in `--map` means.
///
/// # Errors
/// [`MapError::NoSuchField`].
pub fn contact_field(name: &str) -> Result<Field, MapError> {
    if let Some(custom) = name.strip_prefix("custom:") {
        return Ok(Field::CustomAs(custom.trim().to_owned()));
    }
    match header::meaning(name) {
        Field::Custom if name.trim() != "custom" => {
            Err(MapError::NoSuchField { field: name.to_owned(), fields: CONTACT_FIELDS })
        }
        field => Ok(field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_and_headers_found() {
        let map: Map = "email=Kontakt, notes=Bemerkung, intern,tags = Art".parse().unwrap();
        let pairs: Vec<(&str, &str)> = map.pairs.iter().map(|(f, h)| (f.as_str(), h.as_str())).collect();
        assert_eq!(pairs, [("email", "Kontakt"), ("notes", "Bemerkung, intern"), ("tags", "Art")]);
        let headers = ["art", "Kontakt", "Bemerkung, intern"].map(String::from);
        assert_eq!(map.columns(&headers).unwrap(), [(1, "email"), (2, "notes"), (0, "tags")]);
        assert!(matches!(map.columns(&headers[..2]), Err(MapError::NoSuchHeader { .. })));
    }

    #[test]
    fn what_is_no_pair_or_no_field_is_refused() {
        assert!(matches!("email".parse::<Map>(), Err(MapError::Syntax(_))));
        assert!(matches!("email=".parse::<Map>(), Err(MapError::Syntax(_))));
        assert!(matches!(contact_field("shoe"), Err(MapError::NoSuchField { .. })));
        assert_eq!(contact_field("custom:Shoe size"), Ok(Field::CustomAs("Shoe size".into())));
        assert_eq!(contact_field("skip"), Ok(Field::Skip));
        for name in CONTACT_FIELDS.split(", ") {
            assert!(contact_field(name).is_ok(), "{name}");
        }
    }
}
