//! Collections of comments are read here, and models read and written.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use flate2::read::MultiGzDecoder;

use crate::rules::classifier::{Classifier, LineError};

/// More faults than this are counted, not listed.
const LISTED_FAULTS: usize = 10;

/// Reads JSON lines, packed by gzip when the name ends in `.gz`; blank lines are passed over.
///
/// # Errors
/// When the file cannot be read, or with file and line of every line that cannot be used.
pub(super) fn read_lines<T>(path: &Path, parse: impl Fn(&str) -> Result<T, LineError>) -> anyhow::Result<Vec<T>> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("{name} cannot be read"))?;
    let is_packed = path.extension().is_some_and(|ending| ending == "gz");
    let content: Box<dyn Read> = if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(BufReader::new(content).lines()) {
        let line = line.with_context(|| format!("{name}, line {number}: cannot be read"))?;
        if line.trim().is_empty() {
            continue;
        }
        match parse(&line) {
            Ok(row) => rows.push(row),
            Err(error) => faults.push(format!("{name}, line {number}: {error}")),
        }
    }
    if faults.is_empty() {
        return Ok(rows);
    }
    let more = faults.len().saturating_sub(LISTED_FAULTS);
    faults.truncate(LISTED_FAULTS);
    if more > 0 {
        faults.push(format!("and {more} more"));
    }
    bail!("{}", faults.join("\n"))
}

/// The model in a file, or the one that Belowline comes with.
///
/// # Errors
/// When the file cannot be read or is no whole model.
pub(super) fn model(path: Option<&Path>) -> anyhow::Result<Classifier> {
    let Some(path) = path else { return Ok(Classifier::shipped().clone()) };
    let name = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("{name} cannot be read"))?;
    Classifier::from_bytes(&bytes).with_context(|| format!("{name} cannot be used"))
}

/// Writes a file whole or not at all: what stood there before stays until the new one is on the disk.
///
/// # Errors
/// When it cannot be written; nothing is left behind then.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let name = path.display();
    let mut beside = path.file_name().with_context(|| format!("{name} is not the name of a file"))?.to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside: PathBuf = path.with_file_name(beside);
    let written = (|| {
        let mut file = File::create_new(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    })();
    if written.is_err() {
        // The first failure is the one to tell of.
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(|| format!("{name} cannot be written"))
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::rules::classifier::Decision;

    const LINES: &str = "{\"text\":\"a\",\"removed\":true}\n\n{\"text\":\"b\",\"removed\":false}\n";

    #[test]
    fn plain_and_packed_lines_are_the_same() {
        let dir = tempfile::tempdir().expect("a folder");
        let plain = dir.path().join("d.jsonl");
        std::fs::write(&plain, LINES).expect("written");
        let packed = dir.path().join("d.jsonl.gz");
        let mut encoder = GzEncoder::new(File::create(&packed).expect("a file"), Compression::fast());
        encoder.write_all(LINES.as_bytes()).expect("packed");
        encoder.finish().expect("packed");
        for path in [plain, packed] {
            let rows = read_lines(&path, Decision::parse).expect("rows");
            assert_eq!(rows.iter().map(|row| row.removed).collect::<Vec<_>>(), [true, false]);
        }
    }

    #[test]
    fn every_bad_line_is_named_with_its_file_and_number() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("d.jsonl");
        std::fs::write(&path, format!("{LINES}not json\n{{\"text\":1,\"removed\":true}}\n")).expect("written");
        let said = format!("{:#}", read_lines(&path, Decision::parse).expect_err("faults"));
        assert!(said.contains("d.jsonl, line 4: ") && said.contains("d.jsonl, line 5: "), "{said}");
    }

    #[test]
    fn a_file_that_is_only_called_packed_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("d.jsonl.gz");
        std::fs::write(&path, LINES).expect("written");
        let said = format!("{:#}", read_lines(&path, Decision::parse).expect_err("a fault"));
        assert!(said.contains("d.jsonl.gz, line 1"), "{said}");
    }

    #[test]
    fn writing_replaces_whole_and_leaves_nothing_beside() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("model");
        write_whole(&path, b"old").expect("written");
        write_whole(&path, b"new").expect("written again");
        assert_eq!(std::fs::read(&path).expect("read"), b"new");
        assert!(write_whole(&dir.path().join("absent").join("model"), b"x").is_err());
        assert_eq!(std::fs::read_dir(dir.path()).expect("listed").count(), 1);
    }
}
