//! Desks on files.
use std::path::{Path, PathBuf};

use guanjia::classify::Classifier;
use guanjia::desk::{Desk, DeskError};
use guanjia::rulebook::Rulebook;
use guanjia::store::{SqliteOptions, SqliteStore};

use crate::error::Failure;

/// Removes a file of an earlier demonstration: each begins anew.
pub(crate) fn clear(path: &Path) -> Result<(), Failure> {
    for ending in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{ending}", path.display()));
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure(format!("{}: {error}", file.display())));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A desk on a file, which is made if it is not there.
pub(crate) fn desk(path: &Path, rulebook: Rulebook) -> Result<Desk, Failure> {
    let text = path.to_str().ok_or_else(|| Failure(format!("{}: is not UTF-8", path.display())))?;
    let store = SqliteStore::open(text, &SqliteOptions::default()).map_err(DeskError::from)?;
    Ok(Desk::open_with(Box::new(store), rulebook, Classifier::standard())?)
}
