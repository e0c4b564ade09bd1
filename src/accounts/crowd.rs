//! Many accounts at once, for a demo and for load tests: the same ones on every start.

use std::collections::HashSet;

use super::store::{self, NewRow};
use super::{DisplayName, EmailAddress, names_of, session};
use crate::app::{App, Work};
use crate::kernel::{AccountId, Ids, SubscriberId, Timestamp};
use crate::secrets::Token;
use crate::storage::StorageError;

/// What the crowd's ids are drawn from, and when they are said to have joined: 2026-01-01.
const SEED: u64 = 0x0c40_3d00;
const JOINED_AT: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// How many members are looked for in one statement.
const BATCH: usize = 500;

const FIRST_NAMES: &str = "Ada Agnes Aidan Alan Alice Alma Amir Ann Anwen Arthur Asha Basil Beatrix Bela Ben Bridget \
    Callum Cara Carol Cass Cecil Ciara Clive Cora Dai Daphne Dev Dilys Donal Dora Edith Eilis Ellis Elsa Emeka Enid \
    Esme Ewan Fay Felix Fergus Flora Frank Freya Gareth Gita Glen Grace Gwen Hamish Hanna Harry Hazel Hugh Ida Imran \
    Ines Iona Isaac Isla Ivo Jana Joan Joel Jude June Kavya Keir Kit Lena Leo Lewis Lorna Mabel Maeve Marek Meg Mina";
const LAST_NAMES: &str = "Abbot Adeyemi Ainsley Alder Archer Ashby Atwood Bagley Baird Banks Barlow Beck Begum Bell \
    Blythe Boyd Brannigan Bright Brook Cairns Calder Chandra Clegg Coates Cope Crosby Dacre Dalby Dempsey Digby \
    Doyle Duffy Eagles Eccles Farrow Fell Finch Flint Fox Frost Gale Garvey Gill Goode Greaves Hadley Hale Hayes \
    Heath Hirst Hobbs Hope Hughes Iqbal Jagger Joyce Kaur Keane Kemp Kerr Lacey Lamb Larkin Leigh Lowe Lunn Mace \
    Maguire Marsh Mistry Moss Nash Neave Oakes Okoro Owens Parr Patel Peel Penrose";

/// One of the crowd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// Whom it acts for: nobody else does.
    pub subscriber: SubscriberId,
    /// What readers see.
    pub name: String,
}

/// Makes sure of the first `count` accounts of the crowd, and answers them in order: always the same ids, confirmed,
/// without passwords. Names are the same too unless somebody else has taken one first.
///
/// # Errors
/// When the database cannot be written.
pub async fn seed_crowd(work: &mut Work, count: usize) -> Result<Vec<Member>, StorageError> {
    let ids = Ids::seeded(SEED);
    let wanted: Vec<(AccountId, SubscriberId)> =
        (0..count).map(|_| (ids.mint(JOINED_AT), ids.mint(JOINED_AT))).collect();
    let mut members = Vec::with_capacity(count);
    let mut names = names();
    for (batch_at, batch) in wanted.chunks(BATCH).enumerate() {
        let accounts: Vec<AccountId> = batch.iter().map(|(account, _)| *account).collect();
        let known = names_of(&mut work.tx, &accounts).await?;
        for (at, (account, subscriber)) in batch.iter().copied().enumerate() {
            let name = match known.get(&account) {
                Some(name) => name.clone(),
                None => insert(work, batch_at * BATCH + at, account, subscriber, &mut names).await?,
            };
            members.push(Member { account, subscriber, name });
        }
    }
    Ok(members)
}

async fn insert(
    work: &mut Work,
    at: usize,
    account: AccountId,
    subscriber: SubscriberId,
    names: &mut impl Iterator<Item = DisplayName>,
) -> Result<String, StorageError> {
    // `.invalid` never resolves: no mail can reach anybody by mistake.
    let email = EmailAddress::parse(&format!("crowd-{at}@crowd.invalid"))
        .map_err(|_| StorageError::corrupt("accounts", account))?;
    store::insert_subscriber(&mut work.tx, subscriber, JOINED_AT).await?;
    for name in names {
        let row = NewRow {
            id: account,
            subscriber,
            email: Some(&email),
            name: &name,
            password_hash: None,
            confirmed_at: Some(JOINED_AT),
            created_at: JOINED_AT,
        };
        if store::insert_account(&mut work.tx, &row).await? {
            return Ok(name.to_string());
        }
        if store::find_credentials(&mut work.tx, &email.canonical()).await?.is_some() {
            break;
        }
    }
    Err(StorageError::Conflict(format!("no name or address is free for member {at} of the crowd")))
}

/// Names that do not look alike, in an order that never changes: first and last, then with an initial between them.
fn names() -> impl Iterator<Item = DisplayName> {
    let (first, last): (Vec<&str>, Vec<&str>) =
        (FIRST_NAMES.split_whitespace().collect(), LAST_NAMES.split_whitespace().collect());
    let initials = std::iter::once(String::new()).chain(('A'..='Z').map(|letter| format!("{letter}. ")));
    let mut seen = HashSet::new();
    initials
        .flat_map(move |initial| {
            let (first, last) = (first.clone(), last.clone());
            (0..last.len()).flat_map(move |shift| {
                let last = last.iter().cycle().skip(shift);
                let pairs = first.iter().zip(last);
                pairs.map(|(first, last)| format!("{first} {initial}{last}")).collect::<Vec<_>>()
            })
        })
        .filter_map(|name| DisplayName::parse(&name, &[]).ok())
        .filter(move |name| seen.insert(name.skeleton()))
}

/// Opens a session for `account` without a password: for seeding and tests alone.
///
/// # Errors
/// When the database cannot be written.
pub async fn issue_session(app: &App, work: &mut Work, account: AccountId) -> Result<Token, StorageError> {
    let roles = store::list_roles(&mut work.tx, account).await?;
    let (token, _) = session::open(work, &app.settings.accounts, account, &roles, ("", "seeded")).await?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_names_for_a_large_crowd_and_always_the_same() {
        let some: Vec<String> = names().take(20_000).map(|name| name.to_string()).collect();
        assert_eq!(some.len(), 20_000);
        assert_eq!(some, names().take(20_000).map(|name| name.to_string()).collect::<Vec<_>>());
        assert_eq!(some.iter().collect::<HashSet<_>>().len(), some.len());
    }
}
