//! Size of the release zips and their requirements of the runtime.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use object::{
    LittleEndian, elf,
    read::elf::{ElfFile64, FileHeader},
};

/// Version of glibc in Amazon Linux 2023 (`provided.al2023`).
const GLIBC_MAX: (u32, u32) = (2, 34);
/// Size limit of `employees-get`, the reference for ordinary endpoints.
const EMPLOYEES_GET_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Size limit of every zip.
const ZIP_BYTES_MAX: u64 = 6 * 1024 * 1024;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Names of all functions, from their source files.
fn functions() -> Vec<String> {
    let services = fs::read_dir(root().join("functions")).unwrap().map(|entry| entry.unwrap().path().join("src/bin"));
    let binaries = services.filter_map(|directory| fs::read_dir(directory).ok()).flatten();
    let mut names: Vec<_> =
        binaries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Zip of a function, or `None` before `make build`. With `MUSTER_E2E` every zip must exist.
fn zip_of(name: &str) -> Option<PathBuf> {
    let path = root().join("target/lambda").join(name).join("bootstrap.zip");
    let must = std::env::var_os("MUSTER_E2E").is_some();
    assert!(path.exists() || !must, "{} is missing; run `make build`", path.display());
    path.exists().then_some(path)
}

fn bootstrap(zip: &Path) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
    let mut bytes = Vec::new();
    archive
        .by_name("bootstrap")
        .expect("the zip must contain `bootstrap` at its root")
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// Libraries and symbol versions that a binary requires, such as `libc.so.6` and `GLIBC_2.17`.
fn required_versions(binary: &[u8]) -> Vec<(String, String)> {
    let file = ElfFile64::<LittleEndian>::parse(binary).expect("an ELF file");
    let (endian, data) = (file.endian(), file.data());
    assert_eq!(file.elf_header().e_machine(endian), elf::EM_X86_64, "the binary must be for x86-64");
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

/// Numbers of a version such as `GLIBC_2.17`; `None` for other names.
fn glibc(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.strip_prefix("GLIBC_")?.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[test]
fn functions_run_with_the_glibc_of_their_runtime() {
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for name in functions() {
        let Some(zip) = zip_of(&name) else { continue };
        let required = required_versions(&bootstrap(&zip));
        assert!(
            required.iter().any(|(library, _)| library.starts_with("libc.so")),
            "{name}: the required versions must name glibc: {required:?}"
        );
        checked += 1;
        for (library, version) in required {
            if glibc(&version).is_some_and(|version| version > GLIBC_MAX) {
                wrong.push(format!("{name} requires {version} of {library}"));
            }
        }
    }
    println!("{checked} functions require glibc {GLIBC_MAX:?} or older");
    assert!(
        wrong.is_empty(),
        "build the functions with `cargo lambda build`, which links against an old glibc through zig:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn function_zips_keep_their_size_limits() {
    let mut wrong = Vec::new();
    for name in functions() {
        let Some(zip) = zip_of(&name) else { continue };
        let bytes = fs::metadata(&zip).unwrap().len();
        let bytes_max = if name == "employees-get" { EMPLOYEES_GET_BYTES_MAX } else { ZIP_BYTES_MAX };
        if bytes > bytes_max {
            wrong.push(format!("{name} has {bytes} bytes, more than {bytes_max}"));
        }
    }
    assert!(wrong.is_empty(), "zips exceed their limits; find the cause with `cargo bloat`:\n{}", wrong.join("\n"));
}

#[test]
fn glibc_versions_compare_numerically() {
    assert_eq!(glibc("GLIBC_2.2.5"), Some((2, 2)));
    assert_eq!(glibc("GLIBC_2.34"), Some((2, 34)));
    assert!(glibc("GLIBC_2.4") < glibc("GLIBC_2.17"), "versions must compare by number, not as text");
    assert_eq!(glibc("GLIBC_PRIVATE"), None);
    assert_eq!(glibc("GCC_3.0"), None);
}
