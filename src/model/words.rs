//! Enums that are short words on disk, in the CLI and in queries; a word of a later version is kept unchanged.

/// Makes an enum of words with an `Unknown` arm: `as_str`, `Display`, `FromStr` (never fails), serde as a string.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A word that this version does not know, kept as it came.
            Unknown(String),
        }

        impl $name {
            /// All that this version knows, in their order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The words of [`Self::ALL`].
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word.
            pub fn as_str(&self) -> &str {
                match self { $($name::$variant => $word,)+ $name::Unknown(w) => w }
            }

            /// The value of a word that this version knows.
            pub fn known(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                const FIRST: &[&str] = $name::WORDS;
                FIRST.first().and_then(|w| $name::known(w)).unwrap_or($name::Unknown(String::new()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(w: &str) -> Self {
                $name::known(w).unwrap_or_else(|| $name::Unknown(w.to_owned()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let w = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(d)?;
                Ok($name::from(w.as_ref()))
            }
        }

        impl $crate::model::shape::Shape for $name {}
    };
}

pub(crate) use words;
