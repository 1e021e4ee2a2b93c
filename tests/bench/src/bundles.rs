//! Whether a function reads a bundle of certificate authorities: the files and directories where one may be are watched while
//! functions start. Reading one would be most of a start, and would trust everybody in it.

use std::{
    fs,
    mem::MaybeUninit,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::{
    fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init},
    io::Errno,
};
use tempfile::TempDir;

use crate::Result;

/// Where Linux distributions, Lambda and OpenSSL have their bundles.
const PLACES: &[&str] = &[
    "/etc/ssl/certs",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/usr/lib/ssl/certs",
    "/usr/local/share/ca-certificates",
    "/var/runtime/ca-cert.pem",
];

/// Watches all that exist, beside a file and a directory of its own, to which a function is pointed.
#[derive(Debug)]
pub(crate) struct Bundles {
    inotify: OwnedFd,
    watched: Vec<String>,
    home: TempDir,
}

impl Bundles {
    /// Begins to watch.
    pub(crate) fn watch() -> Result<Self> {
        Self::watch_at(PLACES)
    }

    fn watch_at(places: &[&str]) -> Result<Self> {
        let inotify = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let mut bundles = Self { inotify, watched: Vec::new(), home: TempDir::new()? };
        let (file, directory) = (bundles.file(), bundles.directory());
        fs::create_dir(&directory)?;
        fs::write(&file, "")?;
        fs::write(directory.join("00000000.0"), "")?;
        bundles.add("SSL_CERT_FILE", &file)?;
        bundles.add("SSL_CERT_DIR", &directory)?;
        for place in places.iter().filter(|place| Path::new(place).exists()) {
            bundles.add(place, Path::new(place))?;
        }
        Ok(bundles)
    }

    fn add(&mut self, name: &str, place: &Path) -> Result<()> {
        add_watch(&self.inotify, place, WatchFlags::OPEN | WatchFlags::ACCESS)?;
        self.watched.push(name.to_owned());
        Ok(())
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("certs.pem")
    }

    fn directory(&self) -> PathBuf {
        self.home.path().join("certs")
    }

    /// What is watched.
    pub(crate) fn watched(&self) -> Vec<String> {
        self.watched.clone()
    }

    /// The variables that point whoever looks for a bundle to the one of its own.
    pub(crate) fn variables(&self) -> [(String, String); 2] {
        let named = |name: &str, place: &Path| (name.to_owned(), place.display().to_string());
        [named("SSL_CERT_FILE", &self.file()), named("SSL_CERT_DIR", &self.directory())]
    }

    /// Whether anything was opened or read since the last time, by whomever.
    pub(crate) fn touched(&self) -> Result<bool> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut events = Reader::new(&self.inotify, &mut buffer);
        let mut touched = false;
        loop {
            match events.next() {
                Ok(_) => touched = true,
                Err(Errno::AGAIN) => return Ok(touched),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reads_a_bundle_is_noticed_once() {
        // Anybody may read the machine's own at any time.
        let bundles = Bundles::watch_at(&[]).unwrap();
        let [(_, file), (_, directory)] = bundles.variables();
        assert!(!bundles.touched().unwrap(), "nobody has read it yet");
        fs::read(&file).unwrap();
        assert!(bundles.touched().unwrap());
        assert!(!bundles.touched().unwrap());
        fs::read(Path::new(&directory).join("00000000.0")).unwrap();
        assert!(bundles.touched().unwrap());
    }

    #[test]
    fn so_is_whoever_reads_the_bundle_of_the_machine() {
        let bundles = Bundles::watch().unwrap();
        for place in PLACES.iter().filter(|place| Path::new(place).is_file()) {
            fs::read(place).unwrap();
            assert!(bundles.touched().unwrap(), "{place}");
            assert!(bundles.watched().contains(&(*place).to_owned()));
        }
    }
}
