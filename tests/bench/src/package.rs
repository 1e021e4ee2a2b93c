//! The zip of one function, as it would be uploaded.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::digest::{SHA256, digest};

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
    /// Looks at `<lambda_dir>/<name>/bootstrap.zip`. Where the binary that was packed lies beside it, it is run as it is; any other
    /// zip is unpacked to `<scratch>/<name>/bootstrap`.
    pub(crate) fn unpack(lambda_dir: &Path, scratch: &Path, name: &str) -> Result<Self> {
        let file = lambda_dir.join(name).join("bootstrap.zip");
        let not_built = |error| format!("{}: {error}; `make bench` builds it", file.display());
        let zip_bytes = fs::metadata(&file).map_err(not_built)?.len();
        let mut archive = zip::ZipArchive::new(File::open(&file)?)?;
        let packed = std::path::absolute(file.with_extension(""))?;
        if let Some(binary_bytes) = is_of(&packed, archive.comment())? {
            return Ok(Self { name: name.to_owned(), bootstrap: packed, zip_bytes, binary_bytes });
        }
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

/// How many bytes a binary has, if it is the one that a zip says it is of: by the digest in its comment, in hex.
fn is_of(binary: &Path, comment: &[u8]) -> Result<Option<u64>> {
    if comment.is_empty() || !binary.is_file() {
        return Ok(None);
    }
    let bytes = fs::read(binary)?;
    let hex: String = digest(&SHA256, &bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((hex.as_bytes() == comment).then(|| crate::figures::number(bytes.len())))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tempfile::TempDir;

    use super::*;

    /// A directory with the zip of a binary, and another one beside it where that is wanted.
    fn built(comment: &str, beside: Option<&[u8]>) -> TempDir {
        let all = TempDir::new().unwrap();
        let home = all.path().join("f");
        fs::create_dir_all(&home).unwrap();
        let mut archive = zip::ZipWriter::new(File::create(home.join("bootstrap.zip")).unwrap());
        archive.set_comment(comment.to_owned()).unwrap();
        archive.start_file("bootstrap", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(b"abc").unwrap();
        archive.finish().unwrap();
        if let Some(bytes) = beside {
            fs::write(home.join("bootstrap"), bytes).unwrap();
        }
        all
    }

    #[test]
    fn the_binary_beside_its_zip_is_run_and_no_other() {
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let cases: [(&str, &str, Option<&[u8]>, bool); 4] = [
            ("same", of_abc, Some(b"abc"), true),
            ("newer", of_abc, Some(b"abcd"), false),
            ("alone", of_abc, None, false),
            ("unsaid", "", Some(b"abc"), false),
        ];
        for (name, comment, beside, in_place) in cases {
            let built = built(comment, beside);
            let all = built.path();
            let package = Package::unpack(all, &all.join("scratch"), "f").unwrap();
            assert_eq!(package.bootstrap.starts_with(all.join("f")), in_place, "{name}");
            assert_eq!((fs::read(&package.bootstrap).unwrap(), package.binary_bytes), (b"abc".to_vec(), 3), "{name}");
        }
    }
}
