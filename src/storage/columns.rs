//! How the kernel's types lie in a column: ids as UUID, moments as BIGINT milliseconds, short names as TEXT.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use uuid::Uuid;

use crate::kernel::{ClauseId, Id, Role, Scope, Timestamp, TitleId, for_every_id};

macro_rules! column {
    ($name:ty as $inner:ty: $to:expr, $from:expr) => {
        impl<DB: Database> Type<DB> for $name
        where
            $inner: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$inner as Type<DB>>::type_info()
            }
            fn compatible(info: &DB::TypeInfo) -> bool {
                <$inner as Type<DB>>::compatible(info)
            }
        }
        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            $inner: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut <DB as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let inner: $inner = $to(*self);
                Encode::<'q, DB>::encode(inner, buffer)
            }
        }
        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            $inner: Decode<'r, DB>,
        {
            fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok($from(<$inner as Decode<'r, DB>>::decode(value)?))
            }
        }
    };
}

macro_rules! id_column {
    ($name:ty) => {
        column!($name as Uuid: Id::uuid, <$name as Id>::from_uuid);
    };
}

for_every_id!(id_column);
column!(Timestamp as i64: Timestamp::as_millis, Timestamp::from_millis);

crate::text_column! {
    TitleId: TitleId::as_str, |text: &str| text.parse().ok();
    ClauseId: ClauseId::as_str, |text: &str| text.parse().ok();
    Scope: Scope::as_str, |text: &str| text.parse().ok();
    Role: |role: &Role| role.as_str(), Role::parse;
}

/// Ids as JSON text, the form in which a list of them can be bound on either engine.
#[must_use]
pub fn id_list<T: Id>(ids: &[T]) -> String {
    serde_json::Value::from_iter(ids.iter().map(|id| id.uuid().simple().to_string())).to_string()
}
