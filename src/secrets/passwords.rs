//! Passwords, hashed with argon2id on a few threads of their own.
//!
//! A hash costs 19 MiB and some 26 ms by design, so only so many run at once and only so many wait; the rest are asked
//! to come back. Whether an account exists must not show in the work done: without a stored hash a password is hashed
//! all the same.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::policy::MAX_PASSWORD_CHARS;
use crate::kernel::{Ids, char_count};

/// Memory, passes and lanes.
///
/// # Source
/// The first choice of OWASP's password storage cheat sheet.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How many callers wait at most.
const QUEUE: usize = 32;
/// When a caller who found the queue full may come back: a full queue is hashed in less.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Hashes and checks passwords. Copies share their threads.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    hash_count: AtomicU64,
    cost: (u32, u32, u32),
    /// What hashes computed in, at most one for each permit: given back to the allocator, blocks of this size would stay
    /// with whichever thread had them.
    memory: Mutex<Vec<Vec<Block>>>,
}

/// What checking a password showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is not the password, or there is none.
    No,
    /// It is the password.
    Yes {
        /// Whether the stored hash was cheaper than hashes are now: store a new one while the password is at hand.
        needs_rehash: bool,
    },
}

/// Why a password was neither hashed nor checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordsError {
    /// Too many are waiting.
    #[error("too many passwords are being hashed")]
    Busy {
        /// When to come back.
        retry_after: Duration,
    },
    /// More characters than any password may have.
    #[error("the password is too long")]
    TooLong,
    /// The stored hash is none, or the library gave up.
    #[error("the stored password hash cannot be computed with")]
    Corrupt,
}

/// A place in the queue, given up when the caller gets a thread or goes away.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Passwords {
    /// Hashing on all cores but one.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with(cores.saturating_sub(1).max(1), COST)
    }

    fn with(permits: usize, cost: (u32, u32, u32)) -> Self {
        let permits = Arc::new(Semaphore::new(permits));
        let (waiting, hash_count) = (AtomicUsize::new(0), AtomicU64::new(0));
        Self(Arc::new(Pool { permits, waiting, hash_count, cost, memory: Mutex::default() }))
    }

    /// How often argon2 has been run, for comparing the work that two requests cause.
    #[must_use]
    pub fn hash_count(&self) -> u64 {
        self.0.hash_count.load(Ordering::SeqCst)
    }

    /// The hash to store for `password`, with its parameters and a salt of its own.
    ///
    /// # Errors
    /// `Busy` or `TooLong`.
    pub async fn hash(&self, password: &str, ids: &Ids) -> Result<String, PasswordsError> {
        let password = normalised(password)?;
        let mut salt = [0; 16];
        ids.fill(&mut salt);
        self.run(move |pool| pool.hash(&password, &salt)).await
    }

    /// Whether `password` is the one behind `stored`. Without `stored` the answer is no, after the same work.
    ///
    /// # Errors
    /// `Busy` or `TooLong`, whether there is a stored hash or not; `Corrupt` when it is none.
    pub async fn verify(&self, stored: Option<&str>, password: &str) -> Result<Verified, PasswordsError> {
        let password = normalised(password)?;
        let stored = stored.map(str::to_owned);
        self.run(move |pool| pool.verify(stored.as_deref(), &password)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Pool) -> Result<T, PasswordsError> + Send + 'static,
    ) -> Result<T, PasswordsError> {
        let permit = self.permit().await?;
        let pool = Arc::clone(&self.0);
        // INVARIANT: the permit goes with the thread. A caller who goes away frees it only when the hash is done, or
        // any number of hashes would run at once.
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&pool)
        });
        task.await.unwrap_or(Err(PasswordsError::Corrupt))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, PasswordsError> {
        let pool = &*self.0;
        let busy = PasswordsError::Busy { retry_after: RETRY_AFTER };
        if let Ok(permit) = Arc::clone(&pool.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let one_more = |waiting| (waiting < QUEUE).then_some(waiting + 1);
        pool.waiting.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).map_err(|_| busy)?;
        let _waiting = Waiting(&pool.waiting);
        Arc::clone(&pool.permits).acquire_owned().await.map_err(|_| busy)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Pool {
    fn hash(&self, password: &str, salt: &[u8; 16]) -> Result<String, PasswordsError> {
        let (memory, passes, lanes) = self.cost;
        let params = Params::new(memory, passes, lanes, None).map_err(|_| PasswordsError::Corrupt)?;
        let mut found = Zeroizing::new([0; Params::DEFAULT_OUTPUT_LEN]);
        let described = ParamsString::try_from(&params).map_err(|_| PasswordsError::Corrupt)?;
        self.compute(Argon2::new(Algorithm::Argon2id, Version::V0x13, params), password, salt, &mut *found)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: described,
            salt: Some(Salt::new(salt).map_err(|_| PasswordsError::Corrupt)?),
            hash: Some(Output::new(&*found).map_err(|_| PasswordsError::Corrupt)?),
        };
        Ok(hash.to_string())
    }

    /// Runs argon2 in memory that an earlier hash left.
    fn compute(&self, argon2: Argon2<'_>, password: &str, salt: &[u8], found: &mut [u8]) -> Result<(), PasswordsError> {
        self.hash_count.fetch_add(1, Ordering::SeqCst);
        let mut blocks = self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let needed = argon2.params().block_count();
        blocks.resize(needed.max(blocks.len()), Block::new());
        let hashed = argon2.hash_password_into_with_memory(password.as_bytes(), salt, found, &mut blocks);
        blocks.iter_mut().take(needed).for_each(Block::zeroize);
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
        hashed.map_err(|_| PasswordsError::Corrupt)
    }

    fn verify(&self, stored: Option<&str>, password: &str) -> Result<Verified, PasswordsError> {
        let Some(stored) = stored else {
            self.hash(password, &[0; 16])?;
            return Ok(Verified::No);
        };
        let stored = PasswordHash::new(stored).map_err(|_| PasswordsError::Corrupt)?;
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| PasswordsError::Corrupt)?;
        let params = Params::try_from(&stored).map_err(|_| PasswordsError::Corrupt)?;
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
            return Err(PasswordsError::Corrupt);
        };
        let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from);
        let version = version.map_err(|_| PasswordsError::Corrupt)?;
        let needs_rehash = algorithm != Algorithm::Argon2id || version != Version::V0x13 || self.is_cheap(&params);
        let mut found = Zeroizing::new(vec![0; expected.len()]);
        self.compute(Argon2::new(algorithm, version, params), password, salt, &mut found)?;
        let is_same = bool::from(found.ct_eq(expected.as_bytes()));
        Ok(if is_same { Verified::Yes { needs_rehash } } else { Verified::No })
    }

    fn is_cheap(&self, params: &Params) -> bool {
        let (memory, passes, lanes) = self.cost;
        params.m_cost() < memory || params.t_cost() < passes || params.p_cost() < lanes
    }
}

/// The form in which a password is hashed, so that it is the same however a keyboard composes its letters.
fn normalised(password: &str) -> Result<Zeroizing<String>, PasswordsError> {
    if char_count(password) > MAX_PASSWORD_CHARS {
        return Err(PasswordsError::TooLong);
    }
    Ok(Zeroizing::new(password.nfkc().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameters that hash in no time.
    const QUICK: (u32, u32, u32) = (64, 2, 1);

    fn quick(permits: usize) -> Passwords {
        Passwords::with(permits, QUICK)
    }

    /// Waits until `is_so`, letting other tasks run.
    async fn until(is_so: impl Fn() -> bool) {
        let wait = async {
            while !is_so() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap();
    }

    #[tokio::test]
    async fn a_password_is_stored_as_argon2id_and_known_again() {
        let passwords = Passwords::new();
        let stored = passwords.hash("correct horse battery", &Ids::seeded(1)).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let check = async |password: &str| passwords.verify(Some(&stored), password).await.unwrap();
        assert_eq!(check("correct horse battery").await, Verified::Yes { needs_rehash: false });
        assert_eq!(check("correct horse batterz").await, Verified::No);
        assert_eq!(check("").await, Verified::No);
    }

    #[tokio::test]
    async fn the_same_letters_composed_otherwise_are_the_same_password() {
        let passwords = quick(1);
        let stored = passwords.hash("caf\u{e9} \u{fb01}ne", &Ids::seeded(1)).await.unwrap();
        let same = passwords.verify(Some(&stored), "cafe\u{301} fine").await.unwrap();
        assert_eq!(same, Verified::Yes { needs_rehash: false });
    }

    #[tokio::test]
    async fn a_cheaper_hash_asks_to_be_replaced() {
        let ids = Ids::seeded(1);
        let (cheap, now) = (quick(1), Passwords::with(1, (128, 2, 1)));
        let stored = cheap.hash("correct horse battery", &ids).await.unwrap();
        let verified = now.verify(Some(&stored), "correct horse battery").await.unwrap();
        assert_eq!(verified, Verified::Yes { needs_rehash: true });
        let dearer = now.hash("correct horse battery", &ids).await.unwrap();
        let verified = cheap.verify(Some(&dearer), "correct horse battery").await.unwrap();
        assert_eq!(verified, Verified::Yes { needs_rehash: false });
    }

    #[tokio::test]
    async fn an_unknown_account_costs_as_much_as_a_known_one() {
        let passwords = quick(1);
        let stored = passwords.hash("correct horse battery", &Ids::seeded(1)).await.unwrap();
        let cost = async |stored: Option<&str>, password: &str| {
            let before = passwords.hash_count();
            assert_eq!(passwords.verify(stored, password).await, Ok(Verified::No));
            passwords.hash_count() - before
        };
        assert_eq!(cost(Some(&stored), "wrong").await, 1);
        assert_eq!(cost(None, "wrong").await, 1);
        let long = "x".repeat(MAX_PASSWORD_CHARS + 1);
        for stored in [None, Some(stored.as_str())] {
            assert_eq!(passwords.verify(stored, &long).await, Err(PasswordsError::TooLong));
        }
    }

    #[tokio::test]
    async fn what_is_stored_but_no_hash_is_an_error_and_not_a_no() {
        let passwords = quick(1);
        for stored in
            ["", "plain", "$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0", "$scrypt$ln=1$c2FsdHNhbHQ$aGFzaGhhc2g"]
        {
            assert_eq!(passwords.verify(Some(stored), "x").await, Err(PasswordsError::Corrupt), "{stored}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn beyond_the_queue_callers_are_asked_to_come_back_and_those_who_left_hold_nothing() {
        let passwords = quick(1);
        let held = passwords.permit().await.unwrap();
        let waiting: Vec<_> = (0..QUEUE)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.verify(None, "x").await })
            })
            .collect();
        until(|| passwords.0.waiting.load(Ordering::SeqCst) == QUEUE).await;
        let refused = passwords.verify(None, "x").await;
        assert_eq!(refused, Err(PasswordsError::Busy { retry_after: RETRY_AFTER }));

        for task in waiting.iter().take(QUEUE / 2) {
            task.abort();
        }
        until(|| passwords.0.waiting.load(Ordering::SeqCst) == QUEUE / 2).await;
        assert_eq!(passwords.hash_count(), 0);
        drop(held);
        for task in waiting.into_iter().skip(QUEUE / 2) {
            assert_eq!(task.await.unwrap(), Ok(Verified::No));
        }
        assert_eq!(passwords.hash_count(), QUEUE as u64 / 2);
        until(|| passwords.0.permits.available_permits() == 1).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_caller_who_leaves_during_a_hash_frees_the_thread_only_when_it_is_done() {
        let passwords = quick(1);
        let (started, is_started) = tokio::sync::oneshot::channel();
        let (finish, may_finish) = std::sync::mpsc::channel::<()>();
        let hashing = passwords.clone();
        let task = tokio::spawn(async move {
            hashing
                .run(move |_| {
                    let _ = started.send(());
                    let _ = may_finish.recv();
                    Ok(())
                })
                .await
        });
        is_started.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.0.permits.available_permits(), 0);
        finish.send(()).unwrap();
        until(|| passwords.0.permits.available_permits() == 1).await;
    }
}
