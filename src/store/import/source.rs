//! The bytes of a file as CSV records: gzip, byte-order mark and delimiter recognised, content hashed, rows bounded.

use super::super::error::ImportError;
use csv::{ByteRecord, Reader, ReaderBuilder};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::{
    cell::Cell,
    io::{self, Chain, Cursor, Read},
    rc::Rc,
};

/// How much of the beginning is looked at to recognise the form.
const HEAD: usize = 64 * 1024;

/// No row is longer. A quotation mark that is never closed would otherwise swallow the rest of the file.
const LONGEST_ROW: u64 = 16 * 1024 * 1024;

/// A CSV file being read.
pub(super) struct Source<R: Read> {
    records: Reader<Measured<Headed<Content<R>>>>,
    header: Vec<String>,
    hash: Rc<Cell<Option<Sha256>>>,
    since_row: Rc<Cell<u64>>,
    has_crlf: bool,
}

/// A reader whose beginning was read already.
type Headed<R> = Chain<Cursor<Vec<u8>>, R>;

/// The file's content, decompressed if need be.
enum Content<R: Read> {
    Plain(Headed<R>),
    Gzip(Box<MultiGzDecoder<Headed<R>>>),
}

impl<R: Read> Read for Content<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(raw) => raw.read(buffer),
            Self::Gzip(gzip) => gzip.read(buffer),
        }
    }
}

impl<R: Read> Source<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// When the file is empty, is no text, or cannot be read.
    pub(super) fn open(mut input: R) -> Result<Self, ImportError> {
        let head = read_head(&mut input)?;
        let is_gzip = head.starts_with(&[0x1f, 0x8b]);
        let raw = Cursor::new(head).chain(input);
        let mut content =
            if is_gzip { Content::Gzip(Box::new(MultiGzDecoder::new(raw))) } else { Content::Plain(raw) };
        let head = read_head(&mut content)?;
        check_text(&head)?;
        let delimiter = delimiter(&head);
        let has_crlf = head.split(|byte| *byte == b'\n').next().is_some_and(|line| line.ends_with(b"\r"));

        let hash = Rc::new(Cell::new(Some(Sha256::new())));
        let since_row = Rc::new(Cell::new(0));
        let measured = Measured {
            inner: Cursor::new(head).chain(content),
            hash: Rc::clone(&hash),
            since_row: Rc::clone(&since_row),
        };
        let records = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(HEAD)
            .from_reader(measured);
        let mut source = Self { records, header: Vec::new(), hash, since_row, has_crlf };
        let header = source.records.byte_headers().map_err(unreadable)?;
        source.header = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        if source.header.iter().all(String::is_empty) {
            return Err(ImportError::File("the file is empty; nothing was imported".into()));
        }
        Ok(source)
    }

    /// The column names, trimmed.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The next row; false at the end. Empty lines are no rows.
    pub(super) fn read(&mut self, record: &mut ByteRecord) -> Result<bool, ImportError> {
        self.since_row.set(0);
        self.records.read_byte_record(record).map_err(unreadable)
    }

    /// The line of the file on which the row just read begins, from 1.
    pub(super) fn line(&self, record: &ByteRecord) -> u64 {
        // The reader takes the LF of a CRLF and empty lines for the beginning of the next row. What it has read tells how
        // far it came, except for a last row without a line end.
        let begun = record.position().map_or(0, csv::Position::line) + u64::from(self.has_crlf);
        let inside: u64 = record.as_slice().iter().map(|byte| u64::from(*byte == b'\n')).sum();
        let ended = self.records.position().line() - u64::from(!self.has_crlf);
        begun.max(ended.saturating_sub(inside))
    }

    /// The SHA-256 of the decompressed content; to be called once, at the end.
    pub(super) fn sha256(&self) -> Vec<u8> {
        self.hash.take().map(|hash| hash.finalize().to_vec()).unwrap_or_default()
    }
}

fn read_head(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn check_text(head: &[u8]) -> Result<(), ImportError> {
    let refuse = |what: &str| Err(ImportError::File(format!("{what}; nothing was imported")));
    if head.is_empty() {
        return refuse("the file is empty");
    }
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return refuse("the file is in UTF-16: save it as CSV in UTF-8");
    }
    if head.starts_with(b"PK\x03\x04") {
        return refuse(
            "the file is a workbook or a zip archive: save the sheet as CSV, or unpack the archive",
        );
    }
    if head.contains(&0) {
        return refuse("the file is no text: a CSV file in UTF-8 is needed, gzipped or not");
    }
    Ok(())
}

/// The one of comma, semicolon and tab that the first line has most of, outside quotation marks.
fn delimiter(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(sign, _)| sign == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The comma wins a tie.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

fn unreadable(error: csv::Error) -> ImportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            ImportError::File(format!("{error}; nothing was imported"))
        }
        csv::ErrorKind::Io(error) => ImportError::Read(error),
        kind => ImportError::File(format!("the file is no usable CSV: {kind:?}")),
    }
}

/// Hashes what passes through, and stops at a row that does not end.
struct Measured<R> {
    inner: R,
    hash: Rc<Cell<Option<Sha256>>>,
    since_row: Rc<Cell<u64>>,
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(mut hash) = self.hash.take() {
            hash.update(&buffer[..count]);
            self.hash.set(Some(hash));
        }
        let since_row = self.since_row.get() + count as u64;
        self.since_row.set(since_row);
        if since_row > LONGEST_ROW {
            let reason = "a row is longer than 16 MiB: probably a quotation mark is never closed";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
        let mut source = Source::open(bytes).unwrap();
        let mut record = ByteRecord::new();
        let mut rows = Vec::new();
        while source.read(&mut record).unwrap() {
            rows.push(record.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect());
        }
        (source.header().to_vec(), rows)
    }

    #[test]
    fn marks_line_ends_quotes_and_delimiters_are_recognised() {
        let want = (vec!["id".to_owned(), "a, b".to_owned()], vec![vec!["1".to_owned(), "x\"y".to_owned()]]);
        assert_eq!(rows(b"id,\"a, b\"\n1,\"x\"\"y\"\n"), want);
        assert_eq!(rows("\u{feff}id;\"a, b\"\r\n1;\"x\"\"y\"\r\n".as_bytes()), want);
        assert_eq!(rows(b"id\t\"a, b\"\n\n1\t\"x\"\"y\""), want);
    }

    #[test]
    fn rows_know_their_line() {
        for end in ["\n", "\r\n"] {
            let text = ["id,a", "1,x", "", "2,\"x", "y\"", "", "", "3,x", "4,x"].join(end);
            let mut source = Source::open(text.as_bytes()).unwrap();
            let mut record = ByteRecord::new();
            let mut lines = Vec::new();
            while source.read(&mut record).unwrap() {
                lines.push(source.line(&record));
            }
            assert_eq!(lines, [2, 4, 8, 9], "{end:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b""[..], b"\n\n", b"PK\x03\x04rest", b"\xff\xfei\0d\0", b"\0\x01\x02"] {
            assert!(Source::open(bytes).is_err(), "{bytes:?} was taken");
        }
    }

    #[test]
    fn an_open_quotation_mark_does_not_swallow_the_file() {
        let endless = b"id,note\n1,\"".chain(io::repeat(b'x'));
        let error = Source::open(endless).unwrap().read(&mut ByteRecord::new()).unwrap_err();
        assert!(error.to_string().contains("never closed"), "{error}");
    }
}
