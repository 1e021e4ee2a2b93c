//! The release zips: what the functions need of the machine they run on.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use object::{
    LittleEndian, elf,
    read::elf::{ElfFile64, FileHeader},
};

/// Amazon Linux 2023 has this one (`provided.al2023`).
const GLIBC_MAX: (u32, u32) = (2, 34);
/// What is loaded before anything else happens: for the function that stands for all, and for any.
const EMPLOYEES_GET_BYTES_MAX: u64 = 4 * 1024 * 1024;
const ZIP_BYTES_MAX: u64 = 6 * 1024 * 1024;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The names of all functions, by their sources.
fn functions() -> Vec<String> {
    let services = fs::read_dir(root().join("functions")).unwrap().map(|entry| entry.unwrap().path().join("src/bin"));
    let binaries = services.filter_map(|directory| fs::read_dir(directory).ok()).flatten();
    let mut names: Vec<_> =
        binaries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The zip of one function. In the pass against a cloud all of them are there; before `make build` none need be.
fn zip_of(name: &str) -> Option<PathBuf> {
    let path = root().join("target/lambda").join(name).join("bootstrap.zip");
    let must = std::env::var_os("MUSTER_E2E").is_some();
    assert!(path.exists() || !must, "{}: `make build` makes it", path.display());
    path.exists().then_some(path)
}

fn bootstrap(zip: &Path) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
    let mut bytes = Vec::new();
    archive.by_name("bootstrap").expect("the zip has `bootstrap` at its top").read_to_end(&mut bytes).unwrap();
    bytes
}

/// The versions of symbols that a binary needs, such as `GLIBC_2.17`, and the libraries that it needs them of.
fn needed(binary: &[u8]) -> Vec<(String, String)> {
    let file = ElfFile64::<LittleEndian>::parse(binary).expect("an ELF file");
    let (endian, data) = (file.endian(), file.data());
    assert_eq!(file.elf_header().e_machine(endian), elf::EM_X86_64, "an x86-64 binary");
    let sections = file.elf_section_table();
    let Some((mut versions, strings)) = sections.gnu_verneed(endian, data).unwrap() else { return Vec::new() };
    let strings = sections.strings(endian, data, strings).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut found = Vec::new();
    while let Some((library, mut of_library)) = versions.next().unwrap() {
        let library = text(library.file(endian, strings).unwrap());
        while let Some(version) = of_library.next().unwrap() {
            found.push((library.clone(), text(version.name(endian, strings).unwrap())));
        }
    }
    found
}

/// `GLIBC_2.17` as numbers; nothing for versions of other names.
fn glibc(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix("GLIBC_")?.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[test]
fn no_function_needs_a_newer_glibc_than_its_runtime_has() {
    let (mut wrong, mut looked) = (Vec::new(), 0);
    for name in functions() {
        let Some(zip) = zip_of(&name) else { continue };
        let needed = needed(&bootstrap(&zip));
        assert!(
            needed.iter().any(|(library, _)| library.starts_with("libc.so")),
            "{name}: links glibc, as far as can be read: {needed:?}"
        );
        looked += 1;
        for (library, version) in needed {
            if glibc(&version).is_some_and(|version| version > GLIBC_MAX) {
                wrong.push(format!("{name}: {version} of {library}"));
            }
        }
    }
    println!("{looked} functions need glibc {GLIBC_MAX:?} or older");
    assert!(
        wrong.is_empty(),
        "build with `cargo lambda build` (zig links against an old glibc):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_functions_zip_is_larger_than_it_need_be() {
    let mut wrong = Vec::new();
    for name in functions() {
        let Some(zip) = zip_of(&name) else { continue };
        let bytes = fs::metadata(&zip).unwrap().len();
        let bytes_max = if name == "employees-get" { EMPLOYEES_GET_BYTES_MAX } else { ZIP_BYTES_MAX };
        if bytes > bytes_max {
            wrong.push(format!("{name}: {bytes} bytes, at most {bytes_max}"));
        }
    }
    assert!(wrong.is_empty(), "`cargo bloat` says what of:\n{}", wrong.join("\n"));
}

#[test]
fn a_version_is_read_as_numbers() {
    assert_eq!(glibc("GLIBC_2.2.5"), Some((2, 2)));
    assert_eq!(glibc("GLIBC_2.34"), Some((2, 34)));
    assert!(glibc("GLIBC_2.4") < glibc("GLIBC_2.17"), "by number, not by letter");
    assert_eq!(glibc("GLIBC_PRIVATE"), None);
    assert_eq!(glibc("GCC_3.0"), None);
}
