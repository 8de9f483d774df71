//! The secret that lets somebody in.
//!
//! It is compared in constant time and never written to a log: its `Debug` shows nothing of it.

use std::fmt;
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use rand::RngCore as _;
use rand::rngs::OsRng;

use super::error::ServeError;

/// Bytes of a token that is made here: 128 bits.
const TOKEN_BYTES: usize = 16;
/// Characters of a token that somebody else made: 128 bits have 22 in base64.
const LENGTHS: std::ops::RangeInclusive<usize> = 22..=256;

/// What every client has to show.
#[derive(Clone)]
pub(crate) struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// 128 bits of the system's random source.
    ///
    /// # Errors
    /// The system's, when it has no random numbers.
    pub(crate) fn random() -> Result<Self, ServeError> {
        let mut bytes = [0; TOKEN_BYTES];
        let no_numbers = |error: rand::Error| ServeError::Random(io::Error::other(error.to_string()));
        OsRng.try_fill_bytes(&mut bytes).map_err(no_numbers)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bytes))))
    }

    /// The token in a file that only its owner may read; a new one in a new file where there is none.
    ///
    /// # Errors
    /// The file cannot be read or created, others may read it, or it holds no token.
    pub(crate) fn of_file(path: &Path) -> Result<Self, ServeError> {
        let failed = |source| ServeError::TokenFile { path: path.to_owned(), source };
        let refused = |text: &str| failed(io::Error::other(text.to_owned()));
        let mut file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let token = Self::random()?;
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                options.open(path).and_then(|mut file| writeln!(file, "{}", token.0)).map_err(failed)?;
                return Ok(token);
            }
            Err(error) => return Err(failed(error)),
        };
        #[cfg(unix)]
        {
            let mode =
                std::os::unix::fs::PermissionsExt::mode(&file.metadata().map_err(failed)?.permissions());
            if mode & 0o077 != 0 {
                return Err(refused("others may read it: run `chmod 600` on it"));
            }
        }
        let mut text = String::new();
        let most = *LENGTHS.end() as u64 + 64;
        std::io::Read::by_ref(&mut file).take(most).read_to_string(&mut text).map_err(failed)?;
        let text = text.trim();
        let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_word || !LENGTHS.contains(&text.len()) {
            return Err(refused(
                "it must hold 22 to 256 letters, digits, - and _, such as `openssl rand -hex 16` prints",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// For the address that is printed.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this token. The time it takes says nothing of how much of it is right.
    pub(super) fn is(&self, other: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), other.as_bytes());
        if own.len() != other.len() {
            return false;
        }
        let difference = own.iter().zip(other).fold(0, |all, (a, b)| black_box(all | (a ^ b)));
        black_box(difference) == 0
    }

    /// The name of the cookie that holds it. Browsers send cookies to all ports of a host, so each server has a name of
    /// its own; one that is started again with the same token has the same.
    pub(super) fn cookie_name(&self) -> String {
        format!("ringplot-{:08x}", crc32fast::hash(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_128_random_bits_and_no_debug_text_tells_it() {
        let [a, b] = [(); 2].map(|()| Token::random().unwrap());
        assert_eq!(a.text().len(), 32);
        assert!(a.is(a.text()) && !a.is(b.text()) && !a.is("") && !a.is(&a.text()[1..]));
        assert_eq!(format!("{a:?}"), "Token(…)");
        assert_ne!(a.cookie_name(), b.cookie_name(), "two servers on one host");
    }

    #[test]
    fn a_file_of_a_token_is_made_for_its_owner_alone_and_others_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let made = Token::of_file(&path).unwrap();
        assert!(Token::of_file(&path).unwrap().is(made.text()), "it is the same the next time");
        let rights = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(rights & 0o777, 0o600);
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        assert!(Token::of_file(&path).unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        for text in ["short", "with blanks in a text that is long enough", "ümlaut-ümlaut-ümlaut-ümlaut"]
        {
            std::fs::write(&path, text).unwrap();
            assert!(Token::of_file(&path).unwrap_err().to_string().contains("22 to 256"), "{text}");
        }
    }
}
