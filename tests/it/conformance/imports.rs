//! Rules for imports: layers inside a service, a pure domain, and no circular imports. The tests resolve the parsed imports.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Item, ItemMod, ItemUse, UseTree, Visibility,
    visit::{self, Visit},
};

use super::repo::{files, nothing_wrong, read, services};

/// Modules of a crate by path from its root, such as `["api", "leaves", "approve"]`.
struct Crate {
    root: String,
    modules: BTreeMap<Vec<String>, Module>,
}

/// Names used and re-exported by one file.
struct Module {
    file: String,
    /// Absolute paths inside the crate.
    inside: BTreeSet<Vec<String>>,
    /// First segments of all other paths, mostly crates or modules of `std`; `.await` if the file awaits.
    outside: BTreeSet<String>,
    /// Re-exported names with their origins.
    reexports: BTreeMap<String, Vec<String>>,
    /// Modules that are re-exported as a whole.
    globs: Vec<Vec<String>>,
}

impl Crate {
    fn read(root: &str) -> Self {
        let sources = files(&[root], &["rs"]).into_iter().filter(|file| !file.contains("/src/bin/"));
        let places: BTreeMap<_, _> = sources.map(|file| (place(root, &file), file)).collect();
        let known: BTreeSet<_> = places.keys().cloned().collect();
        let modules = places.into_iter().map(|(place, file)| {
            let mut reader = Reader { place: place.clone(), known: &known, module: Module::new(file.clone()) };
            reader.visit_file(&syn::parse_file(&read(&file)).unwrap_or_else(|error| panic!("{file}: {error}")));
            (place, reader.module)
        });
        Self { root: root.to_owned(), modules: modules.collect() }
    }

    /// Module that defines a name, after following re-exports.
    fn defining_module(&self, path: &[String]) -> Option<&Vec<String>> {
        let (place, module) = (0..=path.len()).rev().find_map(|length| self.modules.get_key_value(&path[..length]))?;
        let Some(name) = path.get(place.len()) else { return Some(place) };
        if let Some(origin) = module.reexports.get(name).filter(|origin| !origin.starts_with(path)) {
            return self.defining_module(origin);
        }
        let through = module.globs.iter().find(|glob| *glob != place && self.modules.contains_key(*glob));
        Some(through.and_then(|glob| self.modules.get_key_value(glob)).map_or(place, |(glob, _)| glob))
    }

    /// Modules from which a module imports names, without the files of its own folder if it is a `mod.rs`.
    fn imports<'a>(&'a self, place: &'a [String]) -> impl Iterator<Item = &'a Vec<String>> {
        let module = &self.modules[place];
        let homes = module.inside.iter().filter_map(|path| self.defining_module(path));
        homes.filter(move |home| *home != place && !home.starts_with(place))
    }

    /// Sets of modules that import each other.
    fn cycles(&self) -> Vec<String> {
        let reached: BTreeMap<_, BTreeSet<_>> =
            self.modules.keys().map(|place| (place, self.reachable(place))).collect();
        let mut cycles = BTreeSet::new();
        for (place, reach) in &reached {
            let cycle: BTreeSet<_> = reach.iter().filter(|other| reached[*other].contains(*place)).collect();
            if cycle.len() > 1 {
                let names = cycle.iter().map(|place| self.modules[**place].file.trim_start_matches(&self.root));
                cycles.insert(format!("{}: {}", self.root, names.collect::<Vec<_>>().join(" ")));
            }
        }
        cycles.into_iter().collect()
    }

    /// Modules imported by a module, directly or indirectly.
    fn reachable<'a>(&'a self, from: &'a [String]) -> BTreeSet<&'a Vec<String>> {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(place) = next.pop() {
            for home in self.imports(place) {
                if reached.insert(home) {
                    next.push(home);
                }
            }
        }
        reached
    }
}

fn place(root: &str, file: &str) -> Vec<String> {
    let inside = file.trim_start_matches(root).trim_start_matches('/').trim_end_matches(".rs");
    let mut place: Vec<_> = inside.split('/').map(str::to_owned).collect();
    if matches!(place.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        place.pop();
    }
    place
}

impl Module {
    fn new(file: String) -> Self {
        Self { file, inside: BTreeSet::new(), outside: BTreeSet::new(), reexports: BTreeMap::new(), globs: Vec::new() }
    }
}

/// Collects the paths of one file without its tests.
struct Reader<'a> {
    place: Vec<String>,
    known: &'a BTreeSet<Vec<String>>,
    module: Module,
}

impl Reader<'_> {
    /// Path from the root of the crate, or `None` for a path outside the crate.
    fn resolve(&self, path: &[String]) -> Option<Vec<String>> {
        let mut base = self.place.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (base, rest) = (Vec::new(), &path[1..]),
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|segment| segment == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let child = [base.clone(), vec![first.to_owned()]].concat();
                if !self.known.contains(&child) {
                    return None;
                }
            }
        }
        Some([base, rest.to_vec()].concat())
    }

    fn record(&mut self, path: &[String]) {
        match (self.resolve(path), path.first()) {
            (Some(inside), _) => drop(self.module.inside.insert(inside)),
            (None, Some(first)) => {
                let of_std = path.get(1).filter(|_| first == "std").map(|second| format!("std::{second}"));
                self.module.outside.insert(of_std.unwrap_or_else(|| first.clone()));
            }
            (None, None) => {}
        }
    }

    fn import(&mut self, tree: &UseTree, before: &[String], public: bool) {
        let with = |name: &syn::Ident| [before, &[unraw(name)]].concat();
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &with(&path.ident), public),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before, public)),
            UseTree::Name(name) => {
                let path = if name.ident == "self" { before.to_vec() } else { with(&name.ident) };
                self.named(&unraw(&name.ident), &path, public);
            }
            UseTree::Rename(rename) => self.named(&unraw(&rename.rename), &with(&rename.ident), public),
            UseTree::Glob(_) => {
                self.record(before);
                self.module.globs.extend(self.resolve(before).filter(|_| public));
            }
        }
    }

    fn named(&mut self, name: &str, path: &[String], public: bool) {
        self.record(path);
        if let Some(origin) = self.resolve(path).filter(|_| public) {
            self.module.reexports.insert(name.to_owned(), origin);
        }
    }
}

fn unraw(name: &syn::Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let of_tests = item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if item.content.is_some() && !of_tests {
            self.place.push(unraw(&item.ident));
            visit::visit_item_mod(self, item);
            self.place.pop();
        }
    }

    fn visit_item(&mut self, item: &'ast Item) {
        let of_tests =
            matches!(item, Item::Fn(function) if function.attrs.iter().any(|one| one.path().is_ident("cfg")));
        if !of_tests {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_expr_await(&mut self, awaited: &'ast syn::ExprAwait) {
        self.module.outside.insert(".await".to_owned());
        visit::visit_expr_await(self, awaited);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| unraw(&segment.ident)).collect();
        let inside = matches!(segments[0].as_str(), "crate" | "super" | "self");
        let crate_like = segments.len() > 1 && segments[0].chars().next().is_some_and(char::is_lowercase);
        if segments.len() > 1 && (inside || crate_like) {
            self.record(&segments);
        }
        visit::visit_path(self, path);
    }
}

fn crates() -> Vec<Crate> {
    let shared = ["access", "directory", "events", "kernel", "lambda", "policy", "store", "testkit"];
    let roots = services().into_iter().map(|service| format!("functions/{service}/src"));
    let roots = roots.chain(shared.map(|name| format!("shared/{name}/src"))).chain(["cli/src".to_owned()]);
    roots.map(|root| Crate::read(&root)).collect()
}

#[test]
fn files_of_a_crate_have_no_circular_imports() {
    let cycles: Vec<_> = crates().iter().flat_map(Crate::cycles).collect();
    nothing_wrong("Move the code that these files share into another file:", &cycles);
}

/// Folders and files of a service by layer. Each may use its own layer and lower layers.
const LAYERS: &[&[&str]] = &[&["messages"], &["domain"], &["store"], &["app"], &["api", "on", "job"]];

#[test]
fn imports_of_a_service_follow_its_layers() {
    let level = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let mut wrong = Vec::new();
    for service in services() {
        let service = Crate::read(&format!("functions/{service}/src"));
        for (place, module) in &service.modules {
            let Some(folder) = place.first() else { continue };
            let Some(own) = level(folder) else {
                wrong.push(format!("{}: move it to messages, domain, store, app, api, on or job", module.file));
                continue;
            };
            for used in service.imports(place) {
                let Some(other) = used.first() else { continue };
                let sideways = own == level("api").unwrap() && other != folder;
                if level(other) > Some(own) || (level(other) == Some(own) && sideways) {
                    wrong.push(format!("{} uses {}", module.file, used.join("::")));
                }
            }
        }
    }
    nothing_wrong(
        "The layers are messages < domain < store < app < api, on, job; move shared code to a lower layer:",
        &wrong,
    );
}

/// Workspace crates that a domain may use.
const PURE: &[&str] = &["kernel", "policy", "events"];

#[test]
fn domain_is_pure() {
    let ours = ["access", "directory", "lambda", "store", "testkit"];
    let impure = ".await std::env std::fs std::process std::thread aws_sdk aws_smithy axum http hyper lambda_http lambda_runtime tokio \
        futures tower";
    let mut wrong = Vec::new();
    for service in services() {
        let service = Crate::read(&format!("functions/{service}/src"));
        for (place, module) in
            service.modules.iter().filter(|(place, _)| place.first().is_some_and(|it| it == "domain"))
        {
            // The relay interprets the event stamps of the store.
            let about_stamps = service.root == "functions/relay/src";
            let forbidden = |name: &&String| {
                let known =
                    ours.contains(&&***name) && !PURE.contains(&&***name) && !(about_stamps && *name == "store");
                known || impure.split_whitespace().any(|start| name.starts_with(start))
            };
            wrong.extend(module.outside.iter().filter(forbidden).map(|name| format!("{}: {name}", module.file)));
            let outside = service
                .imports(place)
                .filter(|used| used.first().is_some_and(|folder| !["domain", "messages"].contains(&folder.as_str())));
            wrong.extend(outside.map(|used| format!("{}: {}", module.file, used.join("::"))));
        }
    }
    nothing_wrong("The domain must be pure: load data before it, store data after it, and pass plain values:", &wrong);
}

/// Sections of a service's crate documentation, in order.
const SECTIONS: &[&str] = &["# Owns", "# Access patterns", "# Publishes", "# Consumes", "# Invariants", "# Limits"];

#[test]
fn every_service_documents_the_same_sections() {
    let mut wrong = Vec::new();
    for service in services() {
        let path = format!("functions/{service}/src/lib.rs");
        let page = read(&path);
        let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("//! ")).collect();
        let found: Vec<_> = headings.into_iter().filter(|line| SECTIONS.contains(line)).collect();
        if found != SECTIONS {
            wrong.push(format!("{path}: {found:?}"));
        }
    }
    nothing_wrong(&format!("The documentation of each lib.rs needs the sections {SECTIONS:?}:"), &wrong);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(known: &[&str], place: &str, source: &str) -> Module {
        let split =
            |path: &str| path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let known = known.iter().map(|path| split(path)).collect();
        let mut reader = Reader { place: split(place), known: &known, module: Module::new(place.to_owned()) };
        reader.visit_file(&syn::parse_file(source).unwrap());
        reader.module
    }

    #[test]
    fn paths_resolve_through_self_super_and_crate() {
        let found = module(
            &["domain", "domain::day", "store", "store::days"],
            "store::days",
            "use super::Records; use crate::domain::{day::{self, Day}}; fn f() { store::backoff::x(); self::g() } \
             #[cfg(test)] mod tests { use crate::api::X; }",
        );
        let inside: Vec<_> = found.inside.iter().map(|path| path.join("::")).collect();
        assert_eq!(inside, ["domain::day", "domain::day::Day", "store::Records", "store::days::g"]);
        assert_eq!(found.outside, BTreeSet::from(["store".to_owned()]));
    }
}
