//! Gives a form struct its fields from a body, the missing ones included, and collects those that it does not have.

use serde::de::value::{Error, SeqDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// A field as its body has it.
pub(super) enum Slot {
    /// The body does not have it.
    Missing,
    /// Out of a JSON body.
    Json(Value),
    /// Out of a page's form: every value by this name.
    Form(Vec<String>),
}

/// Where the fields of a form come from.
pub(super) trait Source {
    /// The field called `name`, taken out.
    fn take(&mut self, name: &str) -> Slot;

    /// The names of the fields that nobody has taken.
    fn rest(self) -> Vec<String>;
}

/// Reads a form and the names of the fields that it does not have.
pub(super) fn read<'de, T: serde::Deserialize<'de>, S: Source>(mut source: S) -> Result<(T, Vec<String>), Error> {
    let form = T::deserialize(Fields(&mut source))?;
    Ok((form, source.rest()))
}

/// The names of the fields that `T` has; none when it is not a struct.
pub(super) fn names_of<'de, T: serde::Deserialize<'de>>() -> &'static [&'static str] {
    struct Names<'n>(&'n mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Names<'_> {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(serde::de::Error::custom("only the names are wanted"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            names: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            *self.0 = names;
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut names: &'static [&'static str] = &[];
    // It never succeeds: the names are noted on the way.
    let _ = T::deserialize(Names(&mut names));
    names
}

struct Fields<'s, S>(&'s mut S);

impl<'de, S: Source> Deserializer<'de> for Fields<'_, S> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom("a form is a struct with named fields"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Entries { source: self.0, names: names.iter(), next: Slot::Missing })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Entries<'s, S> {
    source: &'s mut S,
    names: std::slice::Iter<'static, &'static str>,
    next: Slot,
}

impl<'de, S: Source> MapAccess<'de> for Entries<'_, S> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.next = self.source.take(name);
        seed.deserialize(IntoDeserializer::<Error>::into_deserializer(*name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(std::mem::replace(&mut self.next, Slot::Missing))
    }
}

fn as_error(error: &serde_json::Error) -> Error {
    serde::de::Error::custom(error)
}

impl<'de> Deserializer<'de> for Slot {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Missing => visitor.visit_none(),
            Self::Json(value) => visitor.visit_some(Json(value)),
            Self::Form(values) => visitor.visit_newtype_struct(SeqDeserializer::new(values.into_iter())),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A JSON value, with the error type of the rest.
struct Json(Value);

impl<'de> Deserializer<'de> for Json {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor).map_err(|error| as_error(&error))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
