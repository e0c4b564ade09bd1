//! The query macros: one SQL text, run natively on either engine.
//!
//! Bound values are named after the text, in the order `$1, $2, …`; a macro evaluates them once.

/// Runs one expression with the connection of whichever engine is below.
#[macro_export]
macro_rules! on_engine {
    ($tx:expr, $connection:ident => $query:expr) => {
        match $tx {
            $crate::storage::Tx::Sqlite(tx) => {
                let $connection = tx.connection();
                $query
            }
            $crate::storage::Tx::Postgres(tx) => {
                let $connection = tx.connection();
                $query
            }
        }
    };
}

/// Chooses between two texts where the engines must differ.
#[macro_export]
macro_rules! per_engine {
    ($tx:expr, sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {
        match $tx.engine() {
            $crate::storage::Engine::Sqlite => $sqlite,
            $crate::storage::Engine::Postgres => $postgres,
        }
    };
}

/// Runs a statement; answers how many rows it changed.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {{
        let tx: &mut $crate::storage::Tx = $tx;
        let keeps = tx.keeps_statements();
        $crate::on_engine!(tx, connection => {
            ::sqlx::query($sql)$(.bind($value))*.persistent(keeps).execute(connection).await.map(|done| done.rows_affected())
        })
        .map_err($crate::storage::StorageError::from)
    }};
}

/// Reads every row as `$row`, in the order that the text gives.
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {{
        let tx: &mut $crate::storage::Tx = $tx;
        let keeps = tx.keeps_statements();
        $crate::on_engine!(tx, connection => {
            ::sqlx::query_as::<_, $row>($sql)$(.bind($value))*.persistent(keeps).fetch_all(connection).await
        })
        .map_err($crate::storage::StorageError::from)
    }};
}

/// Reads one row as `$row`, if there is one.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {{
        let tx: &mut $crate::storage::Tx = $tx;
        let keeps = tx.keeps_statements();
        $crate::on_engine!(tx, connection => {
            ::sqlx::query_as::<_, $row>($sql)$(.bind($value))*.persistent(keeps).fetch_optional(connection).await
        })
        .map_err($crate::storage::StorageError::from)
    }};
}

/// Reads one row as `$row`, which must be there.
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $value:expr)* $(,)?) => {{
        let tx: &mut $crate::storage::Tx = $tx;
        let keeps = tx.keeps_statements();
        $crate::on_engine!(tx, connection => {
            ::sqlx::query_as::<_, $row>($sql)$(.bind($value))*.persistent(keeps).fetch_one(connection).await
        })
        .map_err($crate::storage::StorageError::from)
    }};
}

/// Locks the rows that a text selects until the transaction ends, in the text's order.
///
/// On SQLite there is one writer at a time and nothing to lock. On PostgreSQL the rows are locked against everything
/// but the foreign keys that point at them.
#[macro_export]
macro_rules! lock_rows {
    ($tx:expr, $sql:literal $(, $value:expr)* $(,)?) => {{
        let tx: &mut $crate::storage::Tx = $tx;
        match tx.engine() {
            $crate::storage::Engine::Sqlite => Ok(()),
            $crate::storage::Engine::Postgres => {
                $crate::execute!(tx, concat!($sql, " for no key update") $(, $value)*).map(|_| ())
            }
        }
    }};
}

/// Lets a type that is written as text (`as_str`, and `parse` or `FromStr`) be a column of either engine.
#[macro_export]
macro_rules! text_column {
    ($($name:ty: $as_str:expr, $parse:expr;)*) => {$(
        impl<DB: ::sqlx::Database> ::sqlx::Type<DB> for $name
        where
            String: ::sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as ::sqlx::Type<DB>>::type_info()
            }
            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as ::sqlx::Type<DB>>::compatible(info)
            }
        }
        impl<'q, DB: ::sqlx::Database> ::sqlx::Encode<'q, DB> for $name
        where
            String: ::sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buffer: &mut <DB as ::sqlx::Database>::ArgumentBuffer,
            ) -> Result<::sqlx::encode::IsNull, ::sqlx::error::BoxDynError> {
                let text: String = $as_str(self).to_owned();
                ::sqlx::Encode::<'q, DB>::encode(text, buffer)
            }
        }
        impl<'r, DB: ::sqlx::Database> ::sqlx::Decode<'r, DB> for $name
        where
            String: ::sqlx::Decode<'r, DB>,
        {
            fn decode(value: <DB as ::sqlx::Database>::ValueRef<'r>) -> Result<Self, ::sqlx::error::BoxDynError> {
                let text = <String as ::sqlx::Decode<'r, DB>>::decode(value)?;
                $parse(&text).ok_or_else(|| format!("`{text}` is no {}", stringify!($name)).into())
            }
        }
    )*};
}
