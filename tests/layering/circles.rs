//! Circles of imports between files.
//!
//! An edge leads from a file to the file that defines an item which the first one names: by a `use` or by a path in the
//! code. `mod` lines and `pub use` are none, and neither is what is under `#[cfg(test)]`.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::tokens;

/// Words before the name of what a file defines.
const DEFINES: [&str; 9] =
    ["fn", "struct", "enum", "union", "trait", "type", "const", "static", "macro_rules"];

/// A module: a file, or a part of one in braces.
#[derive(Default)]
struct Module {
    file: String,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    /// Where a name that is imported comes from.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules of which all is imported.
    globs: Vec<Vec<String>>,
    /// What is named here: paths of two words and more.
    named: Vec<Vec<String>>,
}

/// Files that import each other, each circle in order; and its edges.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Circles {
    pub(super) files: Vec<Vec<String>>,
    pub(super) edges: Vec<String>,
}

/// The circles among `sources`, which are paths from `src/` on with what is in them.
pub(super) fn circles(sources: &BTreeMap<String, String>) -> Circles {
    let mut tree = Tree { modules: Vec::new(), sources };
    tree.load("src/lib.rs".to_owned(), None);
    let edges = tree.edges();
    let mut found = Circles::default();
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        edges.keys().map(|file| (file.as_str(), reach(&edges, file))).collect();
    let mut seen = BTreeSet::new();
    for (file, from) in &reached {
        if !from.contains(file) || seen.contains(file) {
            continue;
        }
        let circle: Vec<&str> = from
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|to| to.contains(file)))
            .collect();
        for (a, all) in circle.iter().filter_map(|a| Some((a, edges.get(*a)?))) {
            for (b, names) in all.iter().filter(|(b, _)| circle.contains(&b.as_str())) {
                found.edges.push(format!(
                    "{a} names {} of {b}",
                    names.iter().cloned().collect::<Vec<_>>().join(", ")
                ));
            }
        }
        seen.extend(circle.iter().copied());
        found.files.push(circle.into_iter().map(str::to_owned).collect());
    }
    found
}

/// From a file to what it names in which others.
type Edges = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

fn reach<'a>(edges: &'a Edges, file: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> =
        edges.get(file).into_iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
    while let Some(file) = next.pop() {
        if reached.insert(file) {
            next.extend(edges.get(file).into_iter().flat_map(BTreeMap::keys).map(String::as_str));
        }
    }
    reached
}

/// A module, and an item of it.
type Named = (usize, Option<String>);

struct Tree<'a> {
    modules: Vec<Module>,
    sources: &'a BTreeMap<String, String>,
}

impl Tree<'_> {
    fn load(&mut self, file: String, parent: Option<usize>) -> usize {
        let words = self.sources.get(&file).map(|source| tokens(source)).unwrap_or_default();
        self.modules.push(Module { file, parent, ..Module::default() });
        let index = self.modules.len() - 1;
        self.scan(index, &words);
        index
    }

    /// Takes in what stands in a module.
    fn scan(&mut self, index: usize, words: &[String]) {
        let word = |at: usize| words.get(at).map_or("", String::as_str);
        let (mut at, mut depth, mut is_test) = (0, 0, false);
        while at < words.len() {
            if word(at) == "#" && word(at + 1) == "[" {
                let end = closing(words, at + 1);
                is_test |= words[at..end].iter().take(5).eq(["#", "[", "cfg", "(", "test"]);
                at = end;
                continue;
            }
            let is_here = depth == 0;
            match word(at) {
                "use" if word(at + 1) != "<" => {
                    let is_public = at > 0 && matches!(word(at - 1), "pub" | ")");
                    let mut paths = Vec::new();
                    at = imports(words, at + 1, &[], &mut paths);
                    if !is_test {
                        self.import(index, paths, is_public);
                    }
                    is_test &= depth > 0;
                    continue;
                }
                "mod" if is_here && word(at + 2) == ";" => {
                    if !is_test {
                        let child = self.load(self.file_of(index, word(at + 1)), Some(index));
                        self.modules[index].children.insert(word(at + 1).to_owned(), child);
                    }
                    (at, is_test) = (at + 3, false);
                    continue;
                }
                "mod" if is_here && word(at + 2) == "{" => {
                    let end = closing(words, at + 2);
                    if !is_test {
                        let file = self.modules[index].file.clone();
                        self.modules.push(Module { file, parent: Some(index), ..Module::default() });
                        let child = self.modules.len() - 1;
                        self.modules[index].children.insert(word(at + 1).to_owned(), child);
                        self.scan(child, &words[at + 3..end - 1]);
                    }
                    (at, is_test) = (end, false);
                    continue;
                }
                "macro_rules" if is_here => {
                    self.modules[index].items.insert(word(at + 2).to_owned());
                }
                kind if is_here && DEFINES.contains(&kind) => {
                    self.modules[index].items.insert(word(at + 1).to_owned());
                }
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    is_test &= depth > 0;
                }
                ";" => is_test &= depth > 0,
                _ => {}
            }
            let begins = is_name(word(at)) && word(at + 1) == "::" && (at == 0 || word(at - 1) != "::");
            if begins && !is_test {
                let mut path = vec![word(at).to_owned()];
                let mut next = at + 1;
                while word(next) == "::" && is_name(word(next + 1)) {
                    path.push(word(next + 1).to_owned());
                    next += 2;
                }
                self.modules[index].named.push(path);
            }
            at += 1;
        }
    }

    fn import(&mut self, index: usize, paths: Vec<(Vec<String>, String)>, is_public: bool) {
        for (path, name) in paths {
            let module = &mut self.modules[index];
            if name == "*" {
                module.globs.push(path);
                continue;
            }
            if !is_public {
                module.named.push(path.clone());
            }
            module.imports.insert(name, path);
        }
    }

    /// The file of a child that a module declares.
    fn file_of(&self, index: usize, child: &str) -> String {
        let file = &self.modules[index].file;
        let folder = match file.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs")) => folder.to_owned(),
            _ => file.trim_end_matches(".rs").to_owned(),
        };
        let beside = format!("{folder}/{child}.rs");
        if self.sources.contains_key(&beside) { beside } else { format!("{folder}/{child}/mod.rs") }
    }

    fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (index, module) in self.modules.iter().enumerate() {
            for path in &module.named {
                if let Some((owner, Some(name))) = self.resolve(index, path, &mut BTreeSet::new()) {
                    let to = &self.modules[owner].file;
                    if *to != module.file {
                        edges
                            .entry(module.file.clone())
                            .or_default()
                            .entry(to.clone())
                            .or_default()
                            .insert(name);
                    }
                }
            }
        }
        edges
    }

    /// What `path` names: a module and, where it is no module itself, the item of it; `None` for what is of other crates.
    fn resolve(
        &self,
        from: usize,
        path: &[String],
        seen: &mut BTreeSet<(usize, Vec<String>)>,
    ) -> Option<Named> {
        if !seen.insert((from, path.to_vec())) {
            return None;
        }
        let mut here = from;
        for (at, name) in path.iter().enumerate() {
            let module = &self.modules[here];
            match name.as_str() {
                "crate" => here = 0,
                "self" => {}
                "super" => here = module.parent?,
                _ if module.children.contains_key(name) => here = module.children[name],
                _ if module.items.contains(name) => return Some((here, Some(name.clone()))),
                _ => {
                    if let Some(to) = module.imports.get(name) {
                        return self.resolve(here, &[to, &path[at + 1..]].concat(), seen);
                    }
                    let mut all = module.globs.iter();
                    return all.find_map(|to| match self.resolve(here, to, seen)? {
                        (other, None) if other != here => self.resolve(other, &path[at..], seen),
                        _ => None,
                    });
                }
            }
        }
        Some((here, None))
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// One past the bracket that closes the one at `at`.
fn closing(words: &[String], at: usize) -> usize {
    let mut depth = 0;
    for (index, word) in words.iter().enumerate().skip(at) {
        match word.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    words.len()
}

/// The paths of a `use`, each with the name that it has here; gives one past them.
fn imports(
    words: &[String],
    mut at: usize,
    before: &[String],
    paths: &mut Vec<(Vec<String>, String)>,
) -> usize {
    let mut path = before.to_vec();
    while let Some(word) = words.get(at) {
        match word.as_str() {
            "::" => {}
            "{" => {
                at += 1;
                while words.get(at).is_some_and(|word| word != "}") {
                    at = imports(words, at, &path, paths);
                    at += usize::from(words.get(at).is_some_and(|word| word == ","));
                }
                return at + 1;
            }
            "*" => {
                paths.push((path, "*".to_owned()));
                return at + 1;
            }
            "as" => {
                paths.push((path, words.get(at + 1).cloned().unwrap_or_default()));
                return at + 2;
            }
            "," | ";" | "}" => break,
            _ => path.push(word.clone()),
        }
        at += 1;
    }
    if path.len() > 1 && path.last().is_some_and(|word| word == "self") {
        path.pop();
    }
    let name = path.last().cloned().unwrap_or_default();
    paths.push((path, name));
    at
}
