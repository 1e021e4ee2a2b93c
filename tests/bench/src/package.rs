//! The zip of one function, as it would be uploaded.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::Result;

/// A function that was built, unpacked for running.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) bootstrap: PathBuf,
    pub(crate) zip_bytes: u64,
    pub(crate) binary_bytes: u64,
}

impl Package {
    /// Unpacks `<lambda_dir>/<name>/bootstrap.zip` to `<scratch>/<name>/bootstrap`.
    pub(crate) fn unpack(lambda_dir: &Path, scratch: &Path, name: &str) -> Result<Self> {
        let file = lambda_dir.join(name).join("bootstrap.zip");
        let not_built = |error| format!("{}: {error}; `make bench` builds it", file.display());
        let zip_bytes = fs::metadata(&file).map_err(not_built)?.len();
        let mut archive = zip::ZipArchive::new(File::open(&file)?)?;
        let home = scratch.join(name);
        fs::create_dir_all(&home)?;
        // Not over the old file: it may be running, and a new inode is never cached as another program.
        let bootstrap = std::path::absolute(home.join("bootstrap"))?;
        let fresh = bootstrap.with_extension("new");
        let binary_bytes = std::io::copy(&mut archive.by_name("bootstrap")?, &mut File::create(&fresh)?)?;
        fs::set_permissions(&fresh, Permissions::from_mode(0o755))?;
        fs::rename(&fresh, &bootstrap)?;
        Ok(Self { name: name.to_owned(), bootstrap, zip_bytes, binary_bytes })
    }
}
