//! Copies for other places are encrypted with age (<https://age-encryption.org/v1>) for a recipient whose key is kept
//! elsewhere; who reads one again names the file of that key.

use std::{
    io::{BufRead, Read, Write},
    path::{Path, PathBuf},
};

use super::fail::Fail;

/// How a sealed file begins.
const MAGIC: &[u8] = b"age-encryption.org/v1";

/// The recipient of an encrypted copy.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SealArgs {
    /// Encrypt it for this recipient (age1…); can be repeated. Only the owner of the key can read it.
    #[arg(long, value_name = "RECIPIENT")]
    pub age_recipient: Vec<String>,
}

/// With which key a copy is opened.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OpenArgs {
    /// The file with the key that opens a sealed copy.
    #[arg(long, value_name = "FILE")]
    pub age_identity: Option<PathBuf>,
}

impl SealArgs {
    /// Whether it is to be sealed.
    pub fn is_wanted(&self) -> bool {
        !self.age_recipient.is_empty()
    }
}

/// Whether a file that begins so is sealed.
pub fn is_sealed(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// The content of a file, decrypted where it is encrypted.
///
/// # Errors
/// Where it is sealed and no key is named, or not the right one.
pub fn opened<'a>(mut from: Box<dyn BufRead + 'a>, key: &OpenArgs) -> Result<Box<dyn Read + 'a>, Fail> {
    if !is_sealed(from.fill_buf().map_err(|e| Fail::failed(format!("cannot read: {e}")))?) {
        return Ok(from);
    }
    let Some(path) = &key.age_identity else {
        return Err(Fail::usage("it is sealed: name the file of its key with --age-identity FILE"));
    };
    unseal(from, path)
}

#[cfg(feature = "age")]
mod with {
    use age::x25519::{Identity, Recipient};
    use sha2::{Digest, Sha256};

    use super::{BufRead, Fail, Path, Read, SealArgs, Write};

    /// Writes through `f` what only the recipients read; gives the hash of what went in, and the key of this one moment
    /// with which it can be read again before that is forgotten.
    ///
    /// # Errors
    /// Where a recipient is none, it cannot be written, or what `f` gives.
    pub fn sealed<R>(
        out: &mut dyn Write,
        args: &SealArgs,
        f: impl FnOnce(&mut dyn Write) -> Result<R, Fail>,
    ) -> Result<(R, Proof), Fail> {
        let named = args.age_recipient.iter().map(|text| {
            text.trim().parse::<Recipient>().map_err(|e| {
                Fail::usage(format!(
                    "{text} is no recipient ({e}): give one such as age1… (age-keygen prints it)"
                ))
            })
        });
        let mut all = named.collect::<Result<Vec<_>, _>>()?;
        let moment = Identity::generate();
        all.push(moment.to_public());
        let sealer = age::Encryptor::with_recipients(all.iter().map(|r| r as &dyn age::Recipient))
            .map_err(|e| Fail::failed(format!("cannot seal: {e}")))?;
        let mut hashed = Hashed { out: sealer.wrap_output(out)?, sha: Sha256::new() };
        let done = f(&mut hashed)?;
        let Hashed { out, sha } = hashed;
        out.finish()?.flush()?;
        Ok((done, Proof { moment, hash: sha.finalize().into() }))
    }

    struct Hashed<W> {
        out: W,
        sha: Sha256,
    }

    impl<W: Write> Write for Hashed<W> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let n = self.out.write(bytes)?;
            self.sha.update(bytes.get(..n).unwrap_or_default());
            Ok(n)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            self.out.flush()
        }
    }

    /// Verifies that an encrypted file opens and contains what went in.
    pub struct Proof {
        moment: Identity,
        hash: [u8; 32],
    }

    impl Proof {
        /// Whether the file contains what went in.
        ///
        /// # Errors
        /// Where it cannot be read or opened.
        pub fn is_of(&self, file: impl BufRead) -> Result<bool, Fail> {
            let mut plain = decrypted(file, std::iter::once(&self.moment as &dyn age::Identity))?;
            let (mut sha, mut some) = (Sha256::new(), vec![0; 64 << 10]);
            loop {
                match plain.read(&mut some).map_err(|e| Fail::Data(format!("what was sealed: {e}")))? {
                    0 => return Ok(<[u8; 32]>::from(sha.finalize()) == self.hash),
                    n => sha.update(some.get(..n).unwrap_or_default()),
                }
            }
        }
    }

    fn decrypted<'a, 'i>(
        file: impl BufRead + 'a,
        keys: impl Iterator<Item = &'i dyn age::Identity>,
    ) -> Result<Box<dyn Read + 'a>, Fail> {
        let open = age::Decryptor::new_buffered(file).and_then(|d| d.decrypt(keys));
        open.map(|r| Box::new(r) as Box<dyn Read>).map_err(|e| Fail::Data(format!("it does not open: {e}")))
    }

    /// The content of an encrypted file.
    ///
    /// # Errors
    /// Where the key is none, or not the one for it.
    pub fn unseal<'a>(from: Box<dyn BufRead + 'a>, key: &Path) -> Result<Box<dyn Read + 'a>, Fail> {
        let text =
            std::fs::read_to_string(key).map_err(|e| Fail::failed(format!("{}: {e}", key.display())))?;
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        // The line itself is a secret: it is not repeated.
        let keys: Result<Vec<Identity>, _> = lines.map(str::parse).collect();
        let keys = keys.map_err(|e| Fail::usage(format!("{}: a line is no key ({e})", key.display())))?;
        decrypted(from, keys.iter().map(|k| k as &dyn age::Identity))
    }
}

#[cfg(not(feature = "age"))]
mod with {
    use super::{BufRead, Fail, Path, Read, SealArgs, Write};

    const WITHOUT: &str = "this frontdesk was built without age: build it with `--features age`";

    /// Cannot be.
    pub struct Proof;

    impl Proof {
        /// Cannot be.
        ///
        /// # Errors
        /// Always.
        pub fn is_of(&self, _: impl BufRead) -> Result<bool, Fail> {
            Err(Fail::failed(WITHOUT))
        }
    }

    /// Cannot be.
    ///
    /// # Errors
    /// Always.
    pub fn sealed<R>(
        _: &mut dyn Write,
        _: &SealArgs,
        _: impl FnOnce(&mut dyn Write) -> Result<R, Fail>,
    ) -> Result<(R, Proof), Fail> {
        Err(Fail::failed(WITHOUT))
    }

    /// Cannot be.
    ///
    /// # Errors
    /// Always.
    pub fn unseal<'a>(_: Box<dyn BufRead + 'a>, _: &Path) -> Result<Box<dyn Read + 'a>, Fail> {
        Err(Fail::failed(WITHOUT))
    }
}

use with::unseal;
pub use with::{Proof, sealed};
