//! Long lists, a page at a time, by the key of the last row seen and never by its number.

use uuid::Uuid;

/// How many items a page holds: 1 to 100, 30 unless told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The largest page.
    pub const MAX: u16 = 100;

    /// A page of `count` items, if there may be one.
    #[must_use]
    pub const fn new(count: u16) -> Option<Self> {
        if count >= 1 && count <= Self::MAX { Some(Self(count)) } else { None }
    }

    /// How many items the page holds.
    #[must_use]
    pub const fn count(self) -> usize {
        self.0 as usize
    }

    /// How many rows to read: one more than the page holds, to learn whether there is a next page.
    #[must_use]
    pub const fn rows(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(30)
    }
}

/// The key of the last row of a page: a number, and what tells rows with the same number apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The first part of the key: a time in milliseconds, a count or a sequence number.
    pub major: i64,
    /// The second part: an id, or a sequence number in its low 64 bits.
    pub minor: Uuid,
}

impl Cursor {
    /// A key of a number and an id.
    #[must_use]
    pub const fn new(major: i64, minor: Uuid) -> Self {
        Self { major, minor }
    }

    /// A key of two numbers.
    #[must_use]
    pub fn numbers(major: i64, minor: i64) -> Self {
        Self { major, minor: Uuid::from_u64_pair(0, minor.cast_unsigned()) }
    }

    /// The second part as a number.
    #[must_use]
    pub fn minor_number(self) -> i64 {
        self.minor.as_u64_pair().1.cast_signed()
    }
}

/// Some of the items, in the list's order, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The key of the last item, when there are more.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of the `rows` read (see [`Limit::rows`]), `key` telling the key of an item.
    #[must_use]
    pub fn from_rows(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> Cursor) -> Self {
        let is_more = rows.len() > limit.count();
        rows.truncate(limit.count());
        let next = if is_more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }

    /// The same page of other things.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_next_only_when_there_is_one() {
        let limit = Limit::new(2).unwrap();
        let key = |n: &i64| Cursor::numbers(*n, *n);
        assert_eq!(Page::from_rows(vec![1, 2], limit, key).next, None);
        let page = Page::from_rows(vec![1, 2, 3], limit, key);
        assert_eq!((page.items, page.next), (vec![1, 2], Some(Cursor::numbers(2, 2))));
    }

    #[test]
    fn a_limit_is_between_one_and_a_hundred() {
        assert!(Limit::new(0).is_none() && Limit::new(101).is_none());
        assert!(Limit::new(1).is_some() && Limit::new(100).is_some());
    }
}
