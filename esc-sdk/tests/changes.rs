//! Watches of environments on real files: an edit is there at once, however it is made.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use esc_sdk::watch::Watch;
use esc_sdk::{Client, DirectorySource, FromEnvironment, MemorySource};
use tokio::time::{sleep, timeout};

/// Far less than the time to live of five minutes, and the 30 seconds after which files are compared without events.
const AT_ONCE: Duration = Duration::from_secs(15);

#[derive(Debug, FromEnvironment)]
struct Config {
    host: String,
}

struct Bench {
    dir: tempfile::TempDir,
    source: DirectorySource,
}

impl Bench {
    fn new() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("shop")).unwrap();
        let source = DirectorySource::new(dir.path()).unwrap();
        Bench { dir, source }
    }

    fn polling() -> Bench {
        let mut bench = Bench::new();
        bench.source = bench.source.with_polling(Duration::from_millis(50));
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, host: &str) {
        fs::write(self.path(name), format!("values: {{host: {host}}}")).unwrap();
    }

    async fn watch(&self) -> Watch<Config> {
        Client::builder(self.source.clone()).build().watch("shop/dev").await.unwrap()
    }
}

/// Waits until the watch has that value.
#[track_caller]
fn becomes<'a>(watch: &'a Watch<Config>, host: &'a str) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    let changed = async move {
        while watch.current().host != host {
            watch.changed().await.unwrap();
        }
    };
    async move {
        if timeout(AT_ONCE, changed).await.is_err() {
            panic!(
                "{caller}: still `{}`, not `{host}`: {:?}",
                watch.current().host,
                watch.status()
            );
        }
    }
}

/// Waits until the watch says that something is wrong.
async fn fails(watch: &Watch<Config>) -> String {
    let failure = async {
        loop {
            if let Some(failure) = watch.status().failure {
                return failure.error.to_string();
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(AT_ONCE, failure).await.unwrap_or_else(|_| panic!("no failure: {:?}", watch.status()))
}

async fn edits_in_place(bench: Bench) {
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    for host in ["b", "c", "d"] {
        bench.write("shop/dev.yaml", host);
        becomes(&watch, host).await;
    }
    assert_eq!(watch.status().version, 3);
    watch.stop().await;
}

#[tokio::test]
async fn an_edit_is_there_at_once() {
    edits_in_place(Bench::new()).await;
}

#[tokio::test]
async fn polling_finds_edits_too() {
    edits_in_place(Bench::polling()).await;
}

#[tokio::test]
async fn editors_may_write_beside_and_rename() {
    let bench = Bench::new();
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    for host in ["b", "c"] {
        bench.write("shop/.dev.yaml.swp", host);
        fs::rename(bench.path("shop/.dev.yaml.swp"), bench.path("shop/dev.yaml")).unwrap();
        becomes(&watch, host).await;
    }
    // The other way: the old one is moved away, and a new one is made.
    fs::rename(bench.path("shop/dev.yaml"), bench.path("shop/dev.yaml~")).unwrap();
    bench.write("shop/dev.yaml", "d");
    becomes(&watch, "d").await;
}

#[tokio::test]
async fn an_edit_of_an_import_counts_and_one_of_anything_else_does_not() {
    let bench = Bench::new();
    fs::write(bench.path("shop/dev.yaml"), "imports: [shop/base]\nvalues: {}").unwrap();
    bench.write("shop/base.yaml", "a");
    let watch = bench.watch().await;
    bench.write("shop/base.yaml", "b");
    becomes(&watch, "b").await;
    // An import that is new counts from then on.
    fs::write(bench.path("shop/dev.yaml"), "imports: [shop/base, shop/more]\nvalues: {}").unwrap();
    fails(&watch).await;
    bench.write("shop/more.yaml", "c");
    becomes(&watch, "c").await;
    let before = watch.status();
    bench.write("shop/other.yaml", "x");
    sleep(Duration::from_millis(500)).await;
    assert!(watch.status().age >= before.age + Duration::from_millis(500), "it was opened again");
}

#[tokio::test]
async fn a_broken_edit_keeps_the_last_good_values_and_says_so() {
    let bench = Bench::new();
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    fs::write(bench.path("shop/dev.yaml"), "values: {host: [").unwrap();
    let error = fails(&watch).await;
    assert!(error.contains("shop/dev"), "{error}");
    assert_eq!(watch.current().host, "a");
    fs::write(bench.path("shop/dev.yaml"), "values: {host: {fn::secret: x}}").unwrap();
    sleep(Duration::from_millis(300)).await;
    assert_eq!(watch.current().host, "a");
    // Not after the backoff, which may be long by now.
    bench.write("shop/dev.yaml", "b");
    becomes(&watch, "b").await;
    assert!(watch.status().failure.is_none());
}

#[tokio::test]
async fn a_file_may_go_and_come_back() {
    let bench = Bench::new();
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    fs::remove_file(bench.path("shop/dev.yaml")).unwrap();
    let error = fails(&watch).await;
    assert!(error.contains("there is no environment `shop/dev`"), "{error}");
    assert_eq!(watch.current().host, "a");
    bench.write("shop/dev.yaml", "b");
    becomes(&watch, "b").await;
}

async fn directories_go_and_come_back(bench: Bench) {
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    for (host, whole) in [("b", false), ("c", false), ("d", true), ("e", true)] {
        let gone = if whole { bench.dir.path().to_owned() } else { bench.path("shop") };
        fs::remove_dir_all(gone).unwrap();
        if host != "c" {
            fails(&watch).await;
        }
        fs::create_dir_all(bench.path("shop")).unwrap();
        bench.write("shop/dev.yaml", host);
        becomes(&watch, host).await;
        // And what is there now is watched as well.
        let again = format!("{host}-again");
        bench.write("shop/dev.yaml", &again);
        becomes(&watch, &again).await;
    }
}

#[tokio::test]
async fn a_directory_may_go_and_come_back() {
    directories_go_and_come_back(Bench::new()).await;
}

#[tokio::test]
async fn polling_finds_directories_that_come_back() {
    directories_go_and_come_back(Bench::polling()).await;
}

#[tokio::test]
async fn a_file_that_is_written_in_pieces_counts_when_it_is_complete() {
    let bench = Bench::new();
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    let whole =
        format!("values:\n{}  host: b\n", "  filler: xxxxxxxxxxxxxxxx\n".replace("filler", "f"));
    for end in 0..=whole.len() {
        fs::write(bench.path("shop/dev.yaml"), &whole[..end]).unwrap();
        sleep(Duration::from_millis(2)).await;
    }
    becomes(&watch, "b").await;
    assert!(watch.status().failure.is_none(), "{:?}", watch.status());
}

#[tokio::test]
async fn a_hundred_edits_a_second_are_few_openings_and_the_last_one_wins() {
    let bench = Bench::new();
    bench.write("shop/dev.yaml", "a");
    let watch = bench.watch().await;
    let begun = Instant::now();
    let mut n = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        n += 1;
        bench.write("shop/dev.yaml", &format!("h{n}"));
        sleep(Duration::from_millis(10)).await;
    }
    becomes(&watch, &format!("h{n}")).await;
    // One a second while it lasts, and one at the end.
    let (versions, seconds) = (watch.status().version, begun.elapsed().as_secs() + 1);
    assert!(
        n > 50 && versions >= 2 && versions <= seconds + 2,
        "{versions} versions of {n} in {seconds} s"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn links_may_be_moved_as_kubernetes_does() {
    use std::os::unix::fs::symlink;
    let bench = Bench::new();
    let project = bench.path("shop");
    let publish = |n: u32| {
        let data = project.join(format!("..{n}"));
        fs::create_dir(&data).unwrap();
        fs::write(data.join("dev.yaml"), format!("values: {{host: h{n}}}")).unwrap();
        symlink(format!("..{n}"), project.join("..data_tmp")).unwrap();
        fs::rename(project.join("..data_tmp"), project.join("..data")).unwrap();
        if n > 1 {
            fs::remove_dir_all(project.join(format!("..{}", n - 1))).unwrap();
        }
    };
    publish(1);
    symlink("..data/dev.yaml", project.join("dev.yaml")).unwrap();
    let watch = bench.watch().await;
    assert_eq!(watch.current().host, "h1");
    for n in 2..5 {
        publish(n);
        becomes(&watch, &format!("h{n}")).await;
    }
    // What a link leads to is watched as well.
    fs::write(project.join("..4/dev.yaml"), "values: {host: in-place}").unwrap();
    becomes(&watch, "in-place").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_whole_directory_may_be_moved() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();
    let release = |n: u32| {
        let project = dir.path().join(format!("release-{n}/shop"));
        fs::create_dir_all(&project).unwrap();
        fs::write(project.join("dev.yaml"), format!("values: {{host: r{n}}}")).unwrap();
        let next = dir.path().join("next");
        symlink(format!("release-{n}"), &next).unwrap();
        fs::rename(next, dir.path().join("current")).unwrap();
    };
    release(1);
    let source = DirectorySource::new(dir.path().join("current")).unwrap();
    let watch: Watch<Config> = Client::builder(source).build().watch("shop/dev").await.unwrap();
    for n in 2..4 {
        release(n);
        becomes(&watch, &format!("r{n}")).await;
    }
}

#[tokio::test]
async fn many_watches_share_the_events_of_a_directory() {
    let bench = Bench::new();
    bench.write("shop/dev.yaml", "a");
    let client = Client::builder(bench.source.clone()).build();
    let mut watches: Vec<Watch<Config>> = Vec::new();
    // More than a user may have sources of events on most systems.
    for _ in 0..300 {
        watches.push(client.watch("shop/dev").await.unwrap());
    }
    bench.write("shop/dev.yaml", "b");
    for watch in &watches {
        becomes(watch, "b").await;
    }
}

#[tokio::test]
async fn environments_in_memory_tell_as_well() {
    let source = MemorySource::new()
        .with("shop/dev", "imports: [base]\nvalues: {}")
        .unwrap()
        .with("base", "values: {host: a}")
        .unwrap();
    let client = Client::builder(source.clone()).build();
    let watch: Watch<Config> = client.watch("shop/dev").await.unwrap();
    source.set("base", "values: {host: b}").unwrap();
    becomes(&watch, "b").await;
    assert!(source.remove("default/base").unwrap() && !source.remove("base").unwrap());
    fails(&watch).await;
    assert_eq!(watch.current().host, "b");
    source.set("base", "values: {host: c}").unwrap();
    becomes(&watch, "c").await;
    // A copy with something more is one of its own.
    let other = source.clone().with("base", "values: {host: x}").unwrap();
    other.set("base", "values: {host: y}").unwrap();
    sleep(Duration::from_millis(20)).await;
    assert_eq!(watch.current().host, "c");
}

#[tokio::test(start_paused = true)]
async fn quiet_time_and_its_bound_are_as_said() {
    use esc_core::source::{EnvironmentSource, Loaded};
    let bench = Bench::polling();
    bench.write("shop/dev.yaml", "a");
    let source = bench
        .source
        .clone()
        .with_quiet_time(Duration::from_millis(300), Duration::from_millis(400));
    let revision = source.load("shop/dev").await.unwrap().revision;
    let loaded = [Loaded { name: "shop/dev".into(), revision }];
    assert!(timeout(Duration::from_secs(60), source.changed(&loaded)).await.is_err());
    bench.write("shop/dev.yaml", "b");
    let begun = tokio::time::Instant::now();
    source.changed(&loaded).await;
    assert_eq!(begun.elapsed(), Duration::from_millis(300));
    // What is taken back before that is no change.
    bench.write("shop/dev.yaml", "b");
    let back = async {
        sleep(Duration::from_millis(100)).await;
        bench.write("shop/dev.yaml", "a");
        sleep(Duration::from_secs(10)).await;
    };
    tokio::select! {
        () = source.changed(&loaded) => panic!("nothing changed"),
        () = back => {}
    }
}

#[test]
fn it_is_a_source_like_any_other() {
    let source: Box<dyn esc_core::source::EnvironmentSource> = Box::new(MemorySource::new());
    drop(source.changed(&[]));
    assert!(DirectorySource::new(Path::new("nowhere")).is_err());
}
