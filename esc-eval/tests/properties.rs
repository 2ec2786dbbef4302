//! Properties of evaluations of random environments.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::generate::{PIECES, world};
use common::world::{Latency, World, outcome};
use esc_core::path::PropertyPath;
use esc_core::value::Reveal;
use proptest::prelude::*;

/// A clock that jumps to the next timer whenever everybody waits.
fn virtual_time() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
}

async fn run(world: &World, mode: &str) -> Option<String> {
    let root = world.document()?;
    let evaluator = world.evaluator();
    let mut evaluation = match mode {
        "check" => evaluator.check(root).await,
        "open" => evaluator.open(root).await,
        _ => evaluator.rotate(root, &[]).await,
    };
    Some(outcome(&mut evaluation))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..400)
}

fn cases(count: u32) -> ProptestConfig {
    let count = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(count);
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

/// Where two texts begin to differ.
fn difference(a: &str, b: &str) -> String {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(300);
    let part = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[from..]).chars().take(500).collect::<String>()
    };
    format!("{}\n!=\n{}", part(a), part(b))
}

fn show(world: &World) -> String {
    world.files.iter().map(|(name, text)| format!("--- {name}\n{text}")).collect()
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn results_do_not_depend_on_what_arrives_first(bytes in bytes(), seed: u64) {
        let mut world = world(&bytes);
        world.compatible = seed % 2 == 0;
        virtual_time().block_on(async {
            for mode in ["check", "open", "rotate"] {
                let expected = run(&world, mode).await;
                for shuffle in 0..4 {
                    let other = world.with_latency(Latency::Seeded(seed ^ shuffle, 50));
                    let actual = run(&other, mode).await;
                    let (a, b) = (expected.as_deref().unwrap_or(""), actual.as_deref().unwrap_or(""));
                    let differences = difference(a, b);
                    prop_assert!(a == b, "{}\n{} of\n{}", differences, mode, show(&world));
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_check_opens_rotates_and_decrypts_nothing(bytes in bytes()) {
        let world = world(&bytes);
        virtual_time().block_on(run(&world, "check"));
        for word in ["open ", "rotate ", "decrypt "] {
            prop_assert!(world.record.of(word).is_empty());
        }
    }

    #[test]
    fn environments_providers_and_schemas_are_asked_for_once(bytes in bytes()) {
        let world = world(&bytes);
        virtual_time().block_on(run(&world, "open"));
        for word in ["load ", "provider ", "rotator ", "schema ", "open "] {
            let mut asked = world.record.of(word);
            asked.sort();
            let count = asked.len();
            asked.dedup();
            prop_assert_eq!(asked.len(), count, "{} in\n{}", word, show(&world));
        }
    }

    #[test]
    fn nothing_that_is_shown_contains_a_secret(bytes in bytes()) {
        let world = world(&bytes);
        let Some(root) = world.document() else { return Ok(()) };
        let shown = virtual_time().block_on(shown(&world, root));
        for piece in PIECES {
            let at = shown.find(piece);
            let excerpt = at.map(|at| shown.get(at.saturating_sub(300)..(at + 60).min(shown.len())));
            prop_assert!(at.is_none(), "{:?}\n{}", excerpt, show(&world));
        }
    }

    #[test]
    fn a_path_opens_to_what_everything_opens_to(bytes in bytes(), path in 0..5usize) {
        let path = PropertyPath::parse(["k0", "k1.x", "k2[0]", "k0.y", "k3"][path]).expect("a path");
        let world = world(&bytes);
        let partial = world.with_latency(Latency::None);
        let Some(root) = world.document() else { return Ok(()) };
        virtual_time().block_on(async {
            let mut all = world.evaluator().open(root.clone()).await;
            // A cycle is cut where it is entered.
            if all.diagnostics().iter().any(|d| d.summary.contains("cyclic")) {
                return Ok(());
            }
            let paths = std::slice::from_ref(&path);
            let mut some = partial.evaluator().open_paths(root, paths).await;
            let text = |value: Option<esc_core::value::Value>| value.map(|v| v.to_json(Reveal::Revealed));
            let (expected, actual) = (text(all.value_at(&path)), text(some.value_at(&path)));
            prop_assert_eq!(expected, actual, "{} of\n{}", &path, show(&world));
            let opens = world.record.of("open ");
            for open in partial.record.of("open ") {
                prop_assert!(opens.contains(&open), "{} in\n{}", open, show(&world));
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_evaluation_can_be_dropped_at_any_time(bytes in bytes(), seed: u64, polls in 0..40usize) {
        let world = world(&bytes).with_latency(Latency::Seeded(seed, 20));
        let Some(root) = world.document() else { return Ok(()) };
        virtual_time().block_on(async {
            let evaluator = world.evaluator();
            {
                let mut future = Box::pin(evaluator.open(root));
                for _ in 0..polls {
                    if futures::poll!(&mut future).is_ready() {
                        break;
                    }
                    tokio::time::advance(std::time::Duration::from_millis(3)).await;
                }
            }
            let asked = world.record.all().len();
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            prop_assert_eq!(asked, world.record.all().len());
            Ok(())
        })?;
    }
}

/// Everything that the safe face shows without being asked to reveal.
async fn shown(world: &World, root: esc_eval::Root) -> String {
    let mut out = String::new();
    let renderer = esc_core::diagnostic::Renderer::new();
    for mode in ["check", "shown check", "open", "rotate"] {
        let evaluator = world.evaluator().show_secrets(mode == "shown check");
        let mut evaluation = match mode {
            "open" => evaluator.open(root.clone()).await,
            "rotate" => evaluator.rotate(root.clone(), &[]).await,
            _ => evaluator.check(root.clone()).await,
        };
        out.push_str(&renderer.render_all(evaluation.diagnostics(), &world.files));
        for diagnostic in evaluation.diagnostics() {
            out.push_str(&format!("{diagnostic:?} {diagnostic} {}\n", diagnostic.to_json()));
        }
        out.push_str(&format!("{:?}\n", evaluation.rotations()));
        if let Some(value) = evaluation.value() {
            out.push_str(&value.to_json(Reveal::Redacted));
            out.push_str(&value.to_string_form(Reveal::Redacted).unwrap_or_default());
            out.push_str(&format!("{value:?}\n"));
        }
        if let Some(value) = evaluation.traced_value() {
            out.push_str(&value.to_json(Reveal::Redacted));
            out.push_str(&format!("{value:?}\n"));
        }
        if let Some(schema) = evaluation.schema() {
            out.push_str(&format!("{} {schema:?}\n", schema.to_json_text()));
        }
        if let Some(environment) = evaluation.environment() {
            out.push_str(&environment.to_json(Reveal::Redacted));
            out.push_str(&format!("{environment:?}\n"));
        }
    }
    out
}

#[test]
fn results_do_not_depend_on_threads() {
    let choices: Vec<Vec<u8>> = (0..12u64)
        .map(|seed| (0..400u64).map(|i| (seed * 7919 + i * i * 31 + i * seed * 17) as u8).collect())
        .collect();
    for bytes in &choices {
        let world = world(bytes);
        let expected = virtual_time().block_on(run(&world, "open"));
        for threads in [1, 2, 8] {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(threads)
                .enable_time()
                .build()
                .expect("a runtime");
            let other = world.with_latency(Latency::Seeded(threads as u64, 3));
            let actual = runtime
                .block_on(async { tokio::spawn(async move { run(&other, "open").await }).await })
                .expect("the evaluation does not panic");
            assert_eq!(expected, actual, "{threads} threads, {}", show(&world));
        }
    }
}
