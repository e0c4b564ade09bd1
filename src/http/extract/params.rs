//! What the address of a request carries: the ids in its path and the parameters after the question mark.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::value::{Error as ValueError, MapDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{decode, fields};
use crate::http::{Code, Error, cursor};
use crate::kernel::{Cursor, Limit};

/// How many parameters a query may have.
const MAX_PARAMETERS: usize = 20;

/// The parameters of the query: a struct of texts, numbers, `bool`s and what reads itself from text, `Option` where
/// they may lack. Unknown, doubled, empty and unreadable ones are refused with `invalid_query` 400.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

/// The ids in the path. One that is none is `not_found` 404: there is nothing at such an address.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

fn invalid_query() -> Error {
    Error::new(Code::InvalidQuery)
}

impl<T: DeserializeOwned> Query<T> {
    /// The parameters of `uri`.
    ///
    /// # Errors
    /// `invalid_query` 400.
    pub fn read(uri: &Uri) -> Result<T, Error> {
        let pairs = decode::pairs(uri.query().unwrap_or_default()).ok_or_else(invalid_query)?;
        if pairs.len() > MAX_PARAMETERS {
            return Err(invalid_query());
        }
        let known = fields::names_of::<T>();
        let mut parameters = BTreeMap::new();
        for (name, value) in pairs {
            let is_usable = known.contains(&name.as_str()) && !value.is_empty();
            if !is_usable || parameters.insert(name, Parameter(value)).is_some() {
                return Err(invalid_query());
            }
        }
        T::deserialize(MapDeserializer::<_, ValueError>::new(parameters.into_iter())).map_err(|_| invalid_query())
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        Self::read(&parts.uri).map(Self)
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    #[expect(clippy::disallowed_types, reason = "this is the wrapper that is to be used instead")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        // A key of the paper's own may be any text, but no database holds U+0000.
        if parts.uri.path().contains("%00") {
            return Err(Error::new(Code::NotFound));
        }
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(ids)| Self(ids)).map_err(|_| Error::new(Code::NotFound))
    }
}

/// The size of a page: `limit` of the query, 1 to 100.
///
/// # Errors
/// `invalid_query` 400 when it is out of range.
pub fn page_limit(limit: Option<u16>) -> Result<Limit, Error> {
    limit.map_or(Some(Limit::default()), Limit::new).ok_or_else(invalid_query)
}

/// Where a page begins: `after` of the query, as [`cursor::encode`] gave it out for `scope`.
///
/// # Errors
/// `invalid_query` 400 when it was not given out, or for another list.
pub fn page_cursor(key: &[u8; 32], scope: &str, after: Option<&str>) -> Result<Option<Cursor>, Error> {
    after.map(|text| cursor::decode(key, scope, text).ok_or_else(invalid_query)).transpose()
}

/// The text of one parameter, which numbers and `bool`s are read from.
struct Parameter(String);

impl IntoDeserializer<'_, ValueError> for Parameter {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! read_from_text {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(serde::de::Error::custom("not a number")),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Parameter {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.0.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    read_from_text! {
        deserialize_bool visit_bool;
        deserialize_u16 visit_u16;
        deserialize_u32 visit_u32;
        deserialize_u64 visit_u64;
        deserialize_i64 visit_i64;
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::kernel::TitleId;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Sort {
        Newest,
        MostRecommended,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Listing {
        sort: Option<Sort>,
        limit: Option<u16>,
        after: Option<String>,
        title: Option<TitleId>,
    }

    fn read(query: &str) -> Result<Listing, Code> {
        let uri: Uri = format!("/list?{query}").parse().unwrap();
        Query::<Listing>::read(&uri).map_err(|error| error.code())
    }

    #[test]
    fn a_query_is_read_by_name_and_type() {
        let listing = read("limit=5&sort=most_recommended&after=a%2Bb&title=harbour-post").unwrap();
        assert_eq!((listing.sort, listing.limit), (Some(Sort::MostRecommended), Some(5)));
        assert_eq!((listing.after.as_deref(), listing.title), (Some("a+b"), "harbour-post".parse().ok()));
        assert_eq!(read(""), Ok(Listing { sort: None, limit: None, after: None, title: None }));
    }

    #[test]
    fn a_doubled_unknown_empty_or_unreadable_parameter_is_refused() {
        for odd in [
            "limit=5&limit=5",
            "limit=5&limi%74=6",
            "page=2",
            "limit=",
            "limit",
            "=5",
            "limit=5&",
            "&",
            "limit=-1",
            "limit=70000",
            "limit=1e1",
            "limit=%205",
            "sort=Newest",
            "sort=best",
            "after=%00",
            "after=%ff",
            "after=%",
            "title=All",
            "title=all",
        ] {
            assert_eq!(read(odd), Err(Code::InvalidQuery), "{odd}");
        }
    }

    #[test]
    fn vuln_c46_a_page_size_out_of_range_is_refused() {
        assert_eq!(page_limit(None).unwrap(), Limit::default());
        assert_eq!(page_limit(Some(100)).unwrap().count(), 100);
        for odd in [0, 101, u16::MAX] {
            assert_eq!(page_limit(Some(odd)).unwrap_err().code(), Code::InvalidQuery);
        }
        assert!(page_cursor(&[0; 32], "list", Some("rubbish")).is_err());
    }
}
