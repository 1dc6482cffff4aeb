//! The ZIP archive around a package, with nothing in it that depends on time or machine.

use super::PackageError;
use std::{collections::BTreeMap, io::Cursor, io::Write as _};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

/// The bytes of an archive: one file first, the others by name. There are no entries for folders, which `PowerPoint`
/// takes for damage.
pub(super) fn write(
    first: &str,
    bytes: &[u8],
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<Vec<u8>, PackageError> {
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let others = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
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
