//! A field as it was sent, before anybody judges it.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use serde_json::{Map, Value};

/// One field of a form. Reading it never fails, so that all faults of a form can be told together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// It was not sent.
    #[default]
    Missing,
    /// It was sent as something else: a number instead of a text, or a text instead of a list.
    WrongType,
    /// It has the right type, but is not what it should be, such as an id or a time.
    Unreadable,
    /// What was sent.
    Value(T),
}

impl<T> Given<T> {
    /// What was sent, if it could be read.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Missing | Self::WrongType | Self::Unreadable => None,
        }
    }

    /// The same field as something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Missing => Given::Missing,
            Self::WrongType => Given::WrongType,
            Self::Unreadable => Given::Unreadable,
            Self::Value(value) => Given::Value(change(value)),
        }
    }
}

/// What a field of a form can hold.
pub trait Field: Sized {
    /// Reads it from a JSON body.
    fn from_json(value: Value) -> Given<Self>;

    /// Reads it from a page's form, where it may come any number of times, none included.
    fn from_form(values: Vec<String>) -> Given<Self>;

    /// What it means that a JSON body lacks it.
    #[must_use]
    fn absent() -> Given<Self> {
        Given::Missing
    }
}

/// The value of a field that comes once.
fn single(values: Vec<String>) -> Given<String> {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (None, _) => Given::Missing,
        (Some(value), None) => Given::Value(value),
        (Some(_), Some(_)) => Given::WrongType,
    }
}

fn parsed<T: std::str::FromStr>(text: Given<String>) -> Given<T> {
    match text.map(|text| text.parse()) {
        Given::Value(Ok(value)) => Given::Value(value),
        Given::Value(Err(_)) => Given::Unreadable,
        Given::Missing => Given::Missing,
        Given::WrongType => Given::WrongType,
        Given::Unreadable => Given::Unreadable,
    }
}

impl Field for String {
    fn from_json(value: Value) -> Given<Self> {
        match value {
            Value::String(text) => Given::Value(text),
            _ => Given::WrongType,
        }
    }

    fn from_form(values: Vec<String>) -> Given<Self> {
        single(values)
    }
}

impl Field for i64 {
    fn from_json(value: Value) -> Given<Self> {
        value.as_i64().map_or(Given::WrongType, Given::Value)
    }

    fn from_form(values: Vec<String>) -> Given<Self> {
        parsed(single(values))
    }
}

impl Field for bool {
    fn from_json(value: Value) -> Given<Self> {
        value.as_bool().map_or(Given::WrongType, Given::Value)
    }

    /// A box that is not ticked is not sent.
    fn from_form(values: Vec<String>) -> Given<Self> {
        match single(values) {
            Given::Missing => Given::Value(false),
            Given::Value(text) => match text.as_str() {
                "on" | "true" => Given::Value(true),
                "false" => Given::Value(false),
                _ => Given::Unreadable,
            },
            Given::WrongType | Given::Unreadable => Given::WrongType,
        }
    }
}

/// An object that somebody else understands; no form of a page has one.
impl Field for Map<String, Value> {
    fn from_json(value: Value) -> Given<Self> {
        match value {
            Value::Object(members) => Given::Value(members),
            _ => Given::WrongType,
        }
    }

    fn from_form(_: Vec<String>) -> Given<Self> {
        Given::WrongType
    }
}

/// A field that may be left out; in JSON `null` says the same, in a page's form an empty text.
impl<T: Field> Field for Option<T> {
    fn from_json(value: Value) -> Given<Self> {
        if value.is_null() { Given::Value(None) } else { T::from_json(value).map(Some) }
    }

    fn from_form(values: Vec<String>) -> Given<Self> {
        if values.iter().all(String::is_empty) { Given::Value(None) } else { T::from_form(values).map(Some) }
    }

    fn absent() -> Given<Self> {
        Given::Value(None)
    }
}

/// A field that has to be sent, though it may be `null`: what is for good has to be said, not forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nullable<T>(pub Option<T>);

impl<T: Field> Field for Nullable<T> {
    fn from_json(value: Value) -> Given<Self> {
        Option::from_json(value).map(Self)
    }

    fn from_form(values: Vec<String>) -> Given<Self> {
        Option::from_form(values).map(Self)
    }
}

/// A list; in a page's form the field comes once for each entry.
impl<T: Field> Field for Vec<T> {
    fn from_json(value: Value) -> Given<Self> {
        match value {
            Value::Array(items) => all(items.into_iter().map(T::from_json)),
            _ => Given::WrongType,
        }
    }

    fn from_form(values: Vec<String>) -> Given<Self> {
        all(values.into_iter().map(|value| T::from_form(vec![value])))
    }
}

fn all<T>(items: impl Iterator<Item = Given<T>>) -> Given<Vec<T>> {
    let mut values = Vec::new();
    for item in items {
        match item {
            Given::Value(value) => values.push(value),
            Given::Unreadable => return Given::Unreadable,
            Given::WrongType | Given::Missing => return Given::WrongType,
        }
    }
    Given::Value(values)
}

macro_rules! parsed_fields {
    ($kind:ty) => {
        impl Field for $kind {
            fn from_json(value: Value) -> Given<Self> {
                parsed(String::from_json(value))
            }

            fn from_form(values: Vec<String>) -> Given<Self> {
                parsed(single(values))
            }
        }
    };
}

crate::kernel::for_every_id!(parsed_fields);
parsed_fields!(crate::kernel::Timestamp);
parsed_fields!(crate::kernel::TitleId);
parsed_fields!(crate::kernel::ClauseId);
parsed_fields!(crate::kernel::Scope);

/// From any format: nothing is a missing field, something a JSON value, and a list in a new type (which only
/// the fields' reader makes) the values of a page's form.
impl<'de, T: Field> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GivenVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Field> Visitor<'de> for GivenVisitor<T> {
            type Value = Given<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field")
            }

            fn visit_none<E>(self) -> Result<Given<T>, E> {
                Ok(T::absent())
            }

            fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Given<T>, D::Error> {
                Value::deserialize(value).map(T::from_json)
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, values: D) -> Result<Given<T>, D::Error> {
                Vec::deserialize(values).map(T::from_form)
            }
        }

        deserializer.deserialize_option(GivenVisitor(std::marker::PhantomData))
    }
}

impl<T: utoipa::PartialSchema> utoipa::PartialSchema for Given<T> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        T::schema()
    }
}

impl<T: utoipa::ToSchema> utoipa::ToSchema for Given<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        T::schemas(schemas);
    }
}
