//! The directories whose entries decide what a path leads to.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// More links than these are a circle.
const MAX_LINKS: usize = 40;

/// How far above a file its directories are watched: the project, and the directory of environments.
const LEVELS: usize = 2;

/// The directories to watch for these files: those they are in, the two above the files, those of all links on the way
/// and of what the links lead to. Of what is not there, the nearest directory that is.
pub(super) fn places(files: &[&Path]) -> BTreeSet<PathBuf> {
    let mut places = BTreeSet::new();
    for file in files {
        follow(file, &mut places);
    }
    places
}

fn follow(file: &Path, places: &mut BTreeSet<PathBuf>) {
    let mut rest: VecDeque<OsString> = components(file);
    let (mut at, mut links) = (PathBuf::new(), 0);
    // Where the interesting part begins: nobody renames `/` or `/etc`.
    let mut skip = rest.len().saturating_sub(LEVELS);
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&name);
        if skip == 0 {
            places.insert(at.clone());
        }
        skip = skip.saturating_sub(1);
        match next.read_link() {
            Ok(target) if links < MAX_LINKS => {
                links += 1;
                places.insert(at.clone());
                if target.is_absolute() {
                    at = PathBuf::new();
                    skip = components(&target).len().saturating_sub(1);
                }
                components(&target).into_iter().rev().for_each(|name| rest.push_front(name));
            }
            _ if rest.is_empty() || next.is_dir() => at = next,
            _ => {
                // There is no way on. It may be made again in what is there.
                places.insert(nearest_directory(&at));
                places.retain(|place| place.is_dir());
                return;
            }
        }
    }
}

fn nearest_directory(path: &Path) -> PathBuf {
    path.ancestors().find(|path| path.is_dir()).unwrap_or(path).to_owned()
}

fn components(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter(|component| !matches!(component, Component::CurDir))
        .map(|component| component.as_os_str().to_owned())
        .collect()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn directories_of_files_and_links_are_watched_and_nothing_above() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("shop/..1")).unwrap();
        fs::write(root.join("shop/..1/dev.yaml"), "").unwrap();
        symlink("..1", root.join("shop/..data")).unwrap();
        symlink("..data/dev.yaml", root.join("shop/dev.yaml")).unwrap();
        let of = |file: &str| {
            let path = root.join(file);
            let all: Vec<_> = places(&[&path]).into_iter().collect();
            all.iter()
                .map(|p| p.strip_prefix(&root).unwrap().display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("shop/dev.yaml"), ["", "shop", "shop/..1"]);
        assert_eq!(of("shop/prod.yaml"), ["", "shop"]);
        assert_eq!(of("gone/dev.yaml"), [""]);
        symlink("loop", root.join("loop")).unwrap();
        assert_eq!(of("loop/dev.yaml"), [""]);
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(places(&[&root.join("shop/dev.yaml")]).len(), 1);
    }
}
