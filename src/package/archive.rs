//! The ZIP archive around a package, with nothing in it that depends on time or machine.

use super::PackageError;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    io::{Cursor, Write as _},
};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// Files by name, those of the package as they lie there.
pub(super) type Files<'p> = BTreeMap<Cow<'p, str>, Cow<'p, [u8]>>;

/// The bytes of an archive: one file first, the others by name. There are no entries for folders, which `PowerPoint`
/// takes for damage.
pub(super) fn write(first: &str, bytes: &[u8], files: &Files<'_>) -> Result<Vec<u8>, PackageError> {
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let others = files.iter().map(|(name, bytes)| (name.as_ref(), bytes.as_ref()));
    for (name, bytes) in std::iter::once((first, bytes)).chain(others) {
        // PNG is deflated already.
        let method = match name.rsplit_once('.') {
            Some((_, "png")) => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        archive.start_file(name, options.compression_method(method))?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
