//! A file of subscriptions, as comma-separated values: what another billing system exports.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use sha2::{Digest as _, Sha256};

use super::told::Told;
use super::{BillingEvent, Malformed};
use crate::kernel::Timestamp;
use crate::secrets::Keys;
use crate::subscriptions::{Source, Status};

/// The columns that a file may have, those that it must have first.
pub const COLUMNS: [&str; 10] = [
    "issuer",
    "subject",
    "status",
    "valid_until",
    "subscription",
    "customer",
    "payment_fingerprint",
    "seat",
    "plan",
    "at",
];
const NEEDED: usize = 4;

/// The most bytes of one row: a quotation mark that is never closed is not read to the end of the file.
const MAX_ROW_BYTES: u64 = 64 * 1024;
/// The most characters of a value that are repeated in a complaint.
const MAX_REPEATED_CHARS: usize = 60;

/// What is wrong with one row, which is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// The column, when it is one.
    pub column: Option<&'static str>,
    /// What is wrong, in a few words.
    pub reason: String,
    /// What stands there, shortened.
    pub value: Option<String>,
}

/// A row that can be taken.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// What it tells; its id is what it says, so that a row that says the same is the same.
    pub told: BillingEvent,
    /// Whether it says when it was so; otherwise it is so now.
    pub is_dated: bool,
}

/// A row, or everything that is wrong with it.
pub type Read = Result<ImportRow, Vec<Refused>>;

/// How far a file was read.
#[derive(Default)]
struct Progress {
    /// How many bytes may still be read.
    left: AtomicU64,
    /// How many were.
    read: AtomicU64,
    /// The last of them.
    last: AtomicU8,
    /// How many of them are quotation marks.
    marks: AtomicU64,
}

/// A file of which so much is read and no more, until it is told how much more.
struct Bounded<R> {
    file: R,
    progress: Arc<Progress>,
}

impl<R: io::Read> io::Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.progress.left.load(Ordering::Relaxed);
        if left == 0 {
            return Err(io::Error::other("a row is longer than 64 KiB: is a quotation mark not closed?"));
        }
        let count = self.file.read(buffer)?;
        self.progress.left.store(left.saturating_sub(count as u64), Ordering::Relaxed);
        self.progress.read.fetch_add(count as u64, Ordering::Relaxed);
        let marks = buffer.iter().take(count).filter(|byte| **byte == b'"').count();
        self.progress.marks.fetch_add(marks as u64, Ordering::Relaxed);
        if let Some(last) = buffer.get(..count).and_then(<[u8]>::last) {
            self.progress.last.store(*last, Ordering::Relaxed);
        }
        Ok(count)
    }
}

/// The rows of a file, one after the other: memory does not grow with it.
pub struct Rows<R> {
    reader: Reader<Bounded<R>>,
    progress: Arc<Progress>,
    /// The column of [`COLUMNS`] that each field of a row is.
    order: Vec<&'static str>,
    /// What a row without a time of its own counts from.
    now: Timestamp,
    record: ByteRecord,
}

impl<R: io::Read> Rows<R> {
    /// Begins to read `file`; rows that tell no time count from `now`.
    ///
    /// # Errors
    /// When its first line does not name the columns that it needs, and no others.
    pub fn open(file: R, now: Timestamp) -> Result<Self, Malformed> {
        let progress = Arc::new(Progress { left: AtomicU64::new(MAX_ROW_BYTES), ..Progress::default() });
        let bounded = Bounded { file, progress: Arc::clone(&progress) };
        let mut reader = ReaderBuilder::new().flexible(true).terminator(Terminator::Any(b'\n')).from_reader(bounded);
        let header = reader.byte_headers().map_err(|error| Malformed(format!("the file cannot be read: {error}")))?;
        let mut order = Vec::with_capacity(header.len());
        let mut faults = Vec::new();
        for name in header {
            match COLUMNS.into_iter().find(|column| column.as_bytes() == name.trim_ascii()) {
                Some(column) if order.contains(&column) => faults.push(format!("`{column}` comes twice")),
                Some(column) => order.push(column),
                None => faults.push(format!("`{}` is no column that is known", String::from_utf8_lossy(name))),
            }
        }
        let missing = COLUMNS.into_iter().take(NEEDED).filter(|column| !order.contains(column));
        faults.extend(missing.map(|column| format!("`{column}` is missing")));
        if !faults.is_empty() {
            let known = COLUMNS.join(", ");
            return Err(Malformed(format!("in the first line {}; the columns are {known}", faults.join(", "))));
        }
        Ok(Self { reader, progress, order, now, record: ByteRecord::new() })
    }

    /// How many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// The next row as an event, or what is wrong with it; nothing after the last.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn next_row(&mut self, keys: &Keys) -> Result<Option<Read>, Malformed> {
        self.progress.left.store(MAX_ROW_BYTES, Ordering::Relaxed);
        let mut record = std::mem::take(&mut self.record);
        let more = loop {
            let read = self.reader.read_byte_record(&mut record);
            // An empty line is no row.
            if !read.as_ref().is_ok_and(|read| *read) || record.iter().any(|field| !field.trim_ascii().is_empty()) {
                break read;
            }
        };
        let more = more.map_err(|error| {
            let line = self.reader.position().line();
            Malformed(format!("the file cannot be read on from line {line}: {error}"))
        })?;
        // The reader is behind the row; the line breaks within its values belong to it.
        let inside: usize = record.iter().map(|field| field.iter().filter(|byte| **byte == b'\n').count()).sum();
        let is_at_end = self.position() == self.progress.read.load(Ordering::Relaxed);
        let is_open = is_at_end && self.progress.marks.load(Ordering::Relaxed) % 2 == 1;
        let ended = !is_at_end || (self.progress.last.load(Ordering::Relaxed) == b'\n' && !is_open);
        let line = self.reader.position().line().saturating_sub(inside as u64 + u64::from(ended));
        let read = more.then(|| {
            if is_open || inside > 0 {
                // No value of these has several lines: what stands between the quotation marks are the next rows.
                let reason = "a quotation mark is not closed: nothing is taken from here to where the next one stands";
                return Err(vec![Refused { line, column: None, reason: reason.to_owned(), value: None }]);
            }
            self.event(keys, &record, line)
        });
        self.record = record;
        Ok(read)
    }

    fn event(&self, keys: &Keys, record: &ByteRecord, line: u64) -> Read {
        if record.len() != self.order.len() {
            let reason = format!("it has {} fields and not {}", record.len(), self.order.len());
            return Err(vec![Refused { line, column: None, reason, value: None }]);
        }
        let mut row = Row { line, fields: Vec::with_capacity(record.len()), faults: Vec::new() };
        for (column, field) in self.order.iter().zip(record) {
            match std::str::from_utf8(field.trim_ascii()) {
                Ok(text) => row.fields.push((column, text)),
                Err(_) => row.fault(column, "it is not UTF-8", &String::from_utf8_lossy(field)),
            }
        }
        let (issuer, subject) = (row.needed("issuer"), row.needed("subject"));
        let status = row.needed("status").and_then(|text| {
            let status = Status::parse(&text);
            if status.is_none() {
                let known = Status::ALL.map(Status::as_str).join(", ");
                row.fault("status", &format!("it is none of {known}"), &text);
            }
            status
        });
        let (valid_until, at) = (row.time("valid_until"), row.time("at"));
        let (customer, payment_fingerprint) = (row.optional("customer"), row.optional("payment_fingerprint"));
        let (subscription, seat, plan) = (row.optional("subscription"), row.optional("seat"), row.optional("plan"));
        if let (None, Some(seat)) = (&subscription, &seat) {
            row.fault("seat", "it is a seat of no subscription", seat);
        }
        match (issuer, subject, status) {
            (Some(issuer), Some(subject), Some(status)) if row.faults.is_empty() => {
                let told = Told {
                    issuer,
                    subject,
                    subscription,
                    customer,
                    payment_fingerprint,
                    seat,
                    status,
                    valid_until,
                    plan,
                };
                let told = told.event(keys, Source::Import, &row.name(), at.unwrap_or(self.now));
                Ok(ImportRow { told, is_dated: at.is_some() })
            }
            _ => Err(row.faults),
        }
    }
}

/// A row as it is read, field by field.
struct Row<'a> {
    line: u64,
    fields: Vec<(&'static str, &'a str)>,
    faults: Vec<Refused>,
}

impl Row<'_> {
    /// What the row is known by: one that says the same is the same.
    fn name(&self) -> String {
        let mut sorted: Vec<_> = self.fields.iter().filter(|(_, text)| !text.is_empty()).collect();
        sorted.sort_unstable();
        let mut digest = Sha256::new();
        for (column, text) in sorted {
            digest.update(format!("{column}\0{}\0{text}", text.len()).as_bytes());
        }
        hex::encode(digest.finalize())
    }

    fn fault(&mut self, column: &'static str, reason: &str, value: &str) {
        let value = crate::kernel::shortened(value, MAX_REPEATED_CHARS);
        self.faults.push(Refused {
            line: self.line,
            column: Some(column),
            reason: reason.to_owned(),
            value: Some(value),
        });
    }

    fn optional(&mut self, name: &'static str) -> Option<String> {
        let text = self.fields.iter().find(|(column, _)| *column == name).map(|(_, text)| *text)?;
        if !crate::kernel::is_storable(text) {
            self.fault(name, "it has a character U+0000", text);
            return None;
        }
        if text.len() > super::told::MAX_BYTES {
            self.fault(name, &format!("it is longer than {} bytes", super::told::MAX_BYTES), text);
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn needed(&mut self, name: &'static str) -> Option<String> {
        let is_faulty = |row: &Self| row.faults.iter().any(|fault| fault.column == Some(name));
        let text = self.optional(name);
        if text.is_none() && !is_faulty(self) {
            self.faults.push(Refused {
                line: self.line,
                column: Some(name),
                reason: "it is missing".to_owned(),
                value: None,
            });
        }
        text
    }

    fn time(&mut self, name: &'static str) -> Option<Timestamp> {
        let text = self.optional(name)?;
        let read = match text.parse::<i64>() {
            Ok(seconds) => super::told::from_seconds(seconds),
            Err(_) => text.parse().ok(),
        };
        if read.is_none() {
            self.fault(name, "it is no time: write RFC 3339 or whole seconds since 1970", &text);
        }
        read
    }
}
