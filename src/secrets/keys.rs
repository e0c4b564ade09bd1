//! The two keys of an installation: where they come from, and what is computed with them.

use std::fmt;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::kernel::Ids;
use crate::settings::{SecretKey, Settings};

/// The file that generated keys are kept in.
const FILE: &str = "secrets.toml";

type Key = Zeroizing<[u8; 32]>;

/// The keys of an installation. Shows itself as `***`.
#[derive(Clone)]
pub struct Keys {
    signing: Key,
    identity: Key,
    /// What `identity` was before, newest first: rows from then are still compared with.
    former: Vec<Key>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// PostgreSQL may have several nodes, and this one was not told the keys.
    #[error("secrets.{0} must be given with PostgreSQL, the same on every node")]
    NotGiven(&'static str),
    /// Somebody else on the machine can read the file.
    #[error("{path} has mode {mode:o}: others can read it; run chmod 600 on it, and replace the keys if anybody did")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file is not what was once written there.
    #[error("{path} does not hold {key} as 64 hexadecimal digits; put its backup back")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is missing in it.
        key: &'static str,
    },
    /// The file can be neither read nor made.
    #[error("{path} can be neither read nor made: {source}")]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What stands for something that must not be kept itself. The same for the same thing while the key is the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyedHash([u8; 32]);

impl KeyedHash {
    /// The bytes, as stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash(***)")
    }
}

impl Keys {
    /// The keys that `settings` give; with SQLite those in `data.dir`/secrets.toml, made now if there are none.
    ///
    /// # Errors
    /// When PostgreSQL was not given both, when others can read the file, when it is damaged or cannot be made.
    pub fn load(settings: &Settings, ids: &Ids) -> Result<Self, KeysError> {
        let given = &settings.secrets;
        if settings.database_url().is_postgres() {
            if given.signing_key.is_none() {
                return Err(KeysError::NotGiven("signing_key"));
            }
            if given.identity_key.is_none() {
                return Err(KeysError::NotGiven("identity_key"));
            }
        }
        Self::load_or_draw(settings, ids)
    }

    /// The same whatever the database is: keys that are not given are those in the file, made now if there are none.
    ///
    /// # Errors
    /// When others can read the file, when it is damaged or cannot be made.
    pub fn load_or_draw(settings: &Settings, ids: &Ids) -> Result<Self, KeysError> {
        let given = &settings.secrets;
        let former = given.former_identity_keys.iter().map(of_given).collect();
        if let (Some(signing), Some(identity)) = (&given.signing_key, &given.identity_key) {
            return Ok(Self { signing: of_given(signing), identity: of_given(identity), former });
        }
        let stored = Self::stored(&settings.data.dir, ids)?;
        Ok(Self {
            signing: given.signing_key.as_ref().map_or(stored.signing, of_given),
            identity: given.identity_key.as_ref().map_or(stored.identity, of_given),
            former,
        })
    }

    /// Keys drawn from `ids`, kept nowhere.
    #[must_use]
    pub fn drawn(ids: &Ids) -> Self {
        let mut keys = Self { signing: Zeroizing::default(), identity: Zeroizing::default(), former: Vec::new() };
        ids.fill(keys.signing.as_mut());
        ids.fill(keys.identity.as_mut());
        keys
    }

    /// These keys, with the identity key of `former` as one of theirs from before.
    #[must_use]
    pub fn with_former(&self, former: &Self) -> Self {
        let mut keys = self.clone();
        keys.former.push(former.identity.clone());
        keys
    }

    /// What may be stored to recognise each key again, by its setting: it tells nothing of the key.
    #[must_use]
    pub fn fingerprints(&self) -> [(&'static str, String); 2] {
        [("signing_key", fingerprint(&self.signing)), ("identity_key", fingerprint(&self.identity))]
    }

    /// Whether `stored`, a fingerprint of the key `name`, is that of a key which was declared to be a former one.
    #[must_use]
    pub fn is_former(&self, name: &str, stored: &str) -> bool {
        name == "identity_key" && self.former.iter().any(|key| fingerprint(key) == stored)
    }

    /// What stands for `bytes` in `purpose`; the same bytes in another purpose give another hash.
    #[must_use]
    pub fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> KeyedHash {
        KeyedHash(mac(&self.identity, purpose, bytes))
    }

    /// The same under every identity key that is known, the one in force first.
    #[must_use]
    pub fn keyed_hashes(&self, purpose: &str, bytes: &[u8]) -> Vec<KeyedHash> {
        let known = std::iter::once(&self.identity).chain(&self.former);
        known.map(|key| KeyedHash(mac(key, purpose, bytes))).collect()
    }

    /// A signature of `bytes` in `purpose`, for what a browser brings back.
    pub(super) fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        mac(&self.signing, purpose, bytes)
    }

    fn stored(dir: &Path, ids: &Ids) -> Result<Self, KeysError> {
        let path = dir.join(FILE);
        let unreachable = |source| KeysError::Unreachable { path: path.clone(), source };
        if !path.try_exists().map_err(unreachable)? {
            DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(unreachable)?;
            write_new(&path, &Self::drawn(ids).to_toml(), ids).map_err(unreachable)?;
        }
        let mode = fs::metadata(&path).map_err(unreachable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeysError::Exposed { path, mode });
        }
        let text = fs::read_to_string(&path).map(Zeroizing::new).map_err(unreachable)?;
        let table: toml::Table = text.parse().unwrap_or_default();
        let read = |key: &'static str| {
            let text = table.get(key).and_then(toml::Value::as_str).unwrap_or_default();
            let mut bytes = Key::default();
            match hex::decode_to_slice(text, bytes.as_mut()) {
                Ok(()) => Ok(bytes),
                Err(_) => Err(KeysError::Damaged { path: path.clone(), key }),
            }
        };
        Ok(Self { signing: read("signing_key")?, identity: read("identity_key")?, former: Vec::new() })
    }

    fn to_toml(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "# The secret keys of this installation, drawn at its first start. Nobody else may read this file.\n\
             # Keep a copy with every backup, apart from the database: without identity_key its records of removed\n\
             # addresses are useless, and with it they are not secret.\n\
             signing_key = \"{}\"\nidentity_key = \"{}\"\n",
            hex::encode(*self.signing),
            hex::encode(*self.identity)
        ))
    }
}

/// Writes a file that only we can read, whole or not at all. When somebody was quicker, theirs stays.
fn write_new(path: &Path, text: &str, ids: &Ids) -> io::Result<()> {
    let beside = path.with_extension(format!("{:016x}.new", ids.below(u64::MAX)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    // The mode asked for above is narrowed by the mask of the process, but never widened: set it outright.
    let written = file
        .set_permissions(Permissions::from_mode(0o600))
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all())
        .and_then(|()| match fs::hard_link(&beside, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        });
    fs::remove_file(&beside)?;
    written?;
    path.parent().map_or(Ok(()), |dir| fs::File::open(dir)?.sync_all())
}

fn fingerprint(key: &Key) -> String {
    let hash = mac(key, "fingerprint", &[]);
    hex::encode(hash.get(..16).unwrap_or_default())
}

fn of_given(given: &SecretKey) -> Key {
    let bytes = given.expose();
    <[u8; 32]>::try_from(bytes).map_or_else(|_| Zeroizing::new(Sha256::digest(bytes).into()), Zeroizing::new)
}

fn mac(key: &Key, purpose: &str, bytes: &[u8]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).expect("a key");
    // The length keeps purpose and bytes apart: ("ab", "c") is not ("a", "bc").
    mac.update(&(purpose.len() as u64).to_le_bytes());
    mac.update(purpose.as_bytes());
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub(super) fn is_same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Sources;

    fn settings(dir: &Path, more: &[(&str, &str)]) -> Settings {
        let mut flags = vec![("data.dir".to_owned(), dir.display().to_string())];
        flags.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        Settings::load(&Sources { flags, ..Sources::default() }).unwrap()
    }

    #[test]
    fn the_first_start_draws_keys_that_later_starts_find() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let first = Keys::load(&settings(&data, &[]), &Ids::system()).unwrap();
        let again = Keys::load(&settings(&data, &[]), &Ids::system()).unwrap();
        assert_eq!(first.fingerprints(), again.fingerprints());
        assert_ne!(first.signing, first.identity);
        assert_eq!(fs::metadata(data.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing is left beside the file");
        assert_eq!(format!("{first:?} {:?}", first.keyed_hash("a", b"b")), "*** KeyedHash(***)");
    }

    #[test]
    fn starts_at_the_same_time_agree_on_one_file() {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(dir.path(), &[]);
        let found: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Keys::load(&settings, &Ids::system()).unwrap().fingerprints())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(found.iter().all(|fingerprints| *fingerprints == found[0]));
    }

    #[test]
    fn a_file_that_others_can_read_or_that_is_damaged_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(dir.path(), &[]);
        Keys::load(&settings, &Ids::system()).unwrap();
        let path = dir.path().join(FILE);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Keys::load(&settings, &Ids::system()), Err(KeysError::Exposed { mode: 0o640, .. })));
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "signing_key = \"00\"").unwrap();
        assert!(matches!(Keys::load(&settings, &Ids::system()), Err(KeysError::Damaged { key: "signing_key", .. })));
    }

    #[test]
    fn given_keys_win_and_postgresql_gets_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (Keys::drawn(&Ids::seeded(1)), hex::encode(*Keys::drawn(&Ids::seeded(2)).signing));
        let one = hex::encode(*one.signing);
        let given = [("secrets.signing_key", one.as_str()), ("secrets.identity_key", two.as_str())];
        let keys = Keys::load(&settings(dir.path(), &given), &Ids::system()).unwrap();
        assert_eq!(hex::encode(*keys.signing), one);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let postgres = [("database.url", "postgres://db.example/x"), given[0]];
        let refused = Keys::load(&settings(dir.path(), &postgres), &Ids::system());
        assert!(matches!(refused, Err(KeysError::NotGiven("identity_key"))));
    }

    #[test]
    fn a_keyed_hash_depends_on_key_purpose_and_bytes() {
        let keys = Keys::drawn(&Ids::seeded(1));
        let hash = keys.keyed_hash("e-mail", b"ann@example.org");
        assert_eq!(hash, keys.keyed_hash("e-mail", b"ann@example.org"));
        assert_ne!(hash, keys.keyed_hash("e-mai", b"lann@example.org"));
        assert_ne!(hash, Keys::drawn(&Ids::seeded(2)).keyed_hash("e-mail", b"ann@example.org"));
    }
}
