//! When things are asked for, in virtual time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::world::{Latency, World, outcome};
use esc_core::path::PropertyPath;
use esc_core::provider::{
    Capabilities, OpenRequest, Output, Provider, ProviderError, ProviderSchema, Registry,
};
use esc_core::schema::Schema;
use esc_core::value::Reveal;
use esc_eval::testing::{Memory, registry};
use esc_eval::{Evaluator, Limits};
use tokio::time::Instant;

/// Opens take as many milliseconds as their input `ms` says; notes when they start.
#[derive(Clone, Default)]
struct Timed {
    batch: bool,
    starts: Arc<Mutex<Vec<(String, u128)>>>,
    batches: Arc<Mutex<Vec<usize>>>,
    zero: Option<Instant>,
}

impl Timed {
    async fn answer(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        let now = self.zero.map(|zero| zero.elapsed().as_millis()).unwrap_or_default();
        self.starts.lock().expect("no panics").push((request.site.path.clone(), now));
        let ms = request.inputs.get("ms").map(|ms| ms.to_json(Reveal::Revealed));
        let ms = ms.and_then(|ms| ms.parse().ok()).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(ms)).await;
        Ok(request.inputs.into())
    }

    fn starts(&self) -> Vec<(String, u128)> {
        self.starts.lock().expect("no panics").clone()
    }
}

#[async_trait]
impl Provider for Timed {
    fn schema(&self) -> ProviderSchema {
        ProviderSchema { description: None, inputs: Schema::always(), outputs: Schema::always() }
    }

    fn capabilities(&self) -> Capabilities {
        if self.batch { Capabilities::default().with_batch() } else { Capabilities::default() }
    }

    async fn open(&self, request: OpenRequest) -> Result<Output, ProviderError> {
        self.answer(request).await
    }

    async fn open_many(&self, requests: Vec<OpenRequest>) -> Vec<Result<Output, ProviderError>> {
        self.batches.lock().expect("no panics").push(requests.len());
        let mut answers = Vec::new();
        for request in requests {
            answers.push(self.answer(request).await);
        }
        answers
    }
}

fn timed(world: &World, batch: bool) -> (Evaluator, Timed) {
    let timed = Timed { batch, zero: Some(Instant::now()), ..Timed::default() };
    let registry = Registry::new().with_provider("timed", Arc::new(timed.clone()));
    (Evaluator::new(Arc::new(Memory::new(world.files.clone())), Arc::new(registry)), timed)
}

#[tokio::test(start_paused = true)]
async fn a_dependent_call_starts_when_its_own_inputs_are_there() {
    let world = World::new([(
        "env",
        "values:\n  a: {fn::open::timed: {ms: 10}}\n  b: {fn::open::timed: {ms: 10, a: '${a}'}}\n  \
         c: {fn::open::timed: {ms: 100}}\n  d: {fn::open::timed: {ms: 1, b: '${b.a.ms}', c: '${c}'}}\n",
    )]);
    let (evaluator, timed) = timed(&world, false);
    let evaluation = evaluator.open(world.document().expect("a document")).await;
    assert!(evaluation.diagnostics().is_empty());
    let expected = [("a", 0), ("c", 0), ("b", 10), ("d", 100)];
    let expected = expected.map(|(name, ms)| (format!("values.{name}"), ms));
    assert_eq!(timed.starts(), expected);
    assert_eq!(timed.zero.expect("a start").elapsed().as_millis(), 101);
}

#[tokio::test(start_paused = true)]
async fn a_call_inside_a_partly_pending_copy_starts_at_once() {
    // `b` needs all of `c`, which is a copy of a list with a pending element; the slow call must not hold it back.
    let world = World::new([(
        "env",
        "values:\n  a: {fn::open::timed: {ms: 10, in: '${c}'}}\n  b: {fn::open::timed: {ms: 100}}\n  \
         c: '${d}'\n  d: [1, {fn::open::timed: {ms: 5}}]\n",
    )]);
    let (evaluator, timed) = timed(&world, false);
    evaluator.open(world.document().expect("a document")).await;
    let starts = timed.starts();
    assert!(starts.contains(&("values.a".to_owned(), 5)), "{starts:?}");
    assert_eq!(timed.zero.expect("a start").elapsed().as_millis(), 100);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_ready_together_arrive_as_one_batch() {
    let mut text = String::from("imports: [a]\nvalues:\n");
    for i in 0..30 {
        text.push_str(&format!("  k{i}: {{fn::open::timed: {{i: {i}}}}}\n"));
    }
    text.push_str("  later: {fn::open::timed: {k: '${k7}'}}\n");
    let mut imported = String::from("values:\n");
    for i in 0..10 {
        imported.push_str(&format!("  a{i}: {{fn::open::timed: {{i: {i}}}}}\n"));
    }
    let world = World::new([("env", text), ("a", imported)]);
    let (evaluator, timed) = timed(&world, true);
    evaluator.open(world.document().expect("a document")).await;
    assert_eq!(*timed.batches.lock().expect("no panics"), [40]);
    assert_eq!(timed.starts().len(), 41);
}

#[tokio::test(start_paused = true)]
async fn imports_load_at_the_same_time() {
    let names: Vec<String> = (b'a'..=b'z').map(|c| char::from(c).to_string()).collect();
    let files = names.iter().map(|name| (name.clone(), format!("values: {{{name}: 1}}\n")));
    let root = format!("imports: [{}]\nvalues: {{x: 1}}\n", names.join(", "));
    let world = World::new(files.chain([("env".to_owned(), root)]));
    let sleep: esc_eval::testing::Sleep = Arc::new(|time| Box::pin(tokio::time::sleep(time)));
    let source = Memory::new(world.files.clone()).with_delay(Duration::from_millis(10), sleep);
    let evaluator = Evaluator::new(Arc::new(source), Arc::new(registry(Duration::ZERO, None)));
    let start = Instant::now();
    evaluator.open(world.document().expect("a document")).await;
    assert_eq!(start.elapsed().as_millis(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_path_opens_only_what_it_needs() {
    let world = World::new([
        (
            "env",
            "imports: [base]\nvalues:\n  a: {x: '${b}', y: {fn::open::test: {no: 1}}}\n  \
         b: {fn::open::test: {v: '${c.d}'}}\n  c: {d: '${base}', e: {fn::open::test: {no: 2}}}\n",
        ),
        ("base", "values:\n  base: {fn::open::test: {v: 1}}\n  other: {fn::open::test: {no: 3}}\n"),
    ]);
    let path = PropertyPath::parse("a.x").expect("a path");
    let root = world.document().expect("a document");
    let mut evaluation = world.evaluator().open_paths(root, std::slice::from_ref(&path)).await;
    let value = evaluation.value_at(&path).map(|value| value.to_json(Reveal::Revealed));
    assert_eq!(value.as_deref(), Some(r#"{"v":{"v":1}}"#));
    assert_eq!(world.record.of("open "), ["open base values.base", "open env values.b"]);
}

/// Whatever hangs, the evaluation ends in time and says why.
#[tokio::test(start_paused = true)]
async fn a_deadline_ends_everything() {
    let root = "imports: [slow]\nvalues:\n  a: {fn::open::test: {x: 1}}\n  \
                b: {fn::open::test: {a: '${a}'}}\n  s: '${environments.p.e.x}'\n  \
                c: {fn::secret: {ciphertext: ZXNjeAAAAAHY0cPBzq3B0tnR2Hq9mEU=}}\n  \
                r: {fn::rotate::keeper: {inputs: {}, state: {x: 1}}}\n";
    let world =
        World::new([("env", root), ("slow", "values: {s: 1}\n"), ("p/e", "values: {x: 1}\n")]);
    for limit in [0, 1, 5, 10, 20, 40, 80, 160, 320] {
        for seed in 0..8 {
            let world = world.with_latency(Latency::Seeded(seed, 90));
            let evaluator =
                world.evaluator().with_deadline(Duration::from_millis(limit), tokio::time::sleep);
            let start = Instant::now();
            let document = world.document().expect("a document");
            let evaluation = evaluator.rotate(document, &[]).await;
            assert!(start.elapsed().as_millis() <= u128::from(limit) + 1);
            let late =
                evaluation.diagnostics().iter().any(|d| d.code.as_str() == "deadline-exceeded");
            assert_eq!(late, evaluation.has_errors(), "{:?}", evaluation.diagnostics());
            assert!(late || start.elapsed().as_millis() < u128::from(limit));
        }
    }
}

/// How many orders of arrival are tried.
const SHUFFLES: u64 = 100;

/// Documents that are hard to order, under many latencies.
#[test]
fn hard_cases_come_out_the_same() {
    let cases: [&[(&str, &str)]; 13] = [
        // A pending open that may not override a pending final value is not what will count.
        &[
            (
                "env",
                "imports: [a]\nvalues:\n  k: 'x${z}${nope}'\n  z: {fn::secret: {ciphertext: ZXNjeAAAAAHY0cPBzq3B0tnR2Hq9mEU=}}\n",
            ),
            ("a", "imports: [b]\nvalues: {j: 1}\n"),
            ("b", "imports: [c]\nvalues:\n  k: {fn::open::test: {x: 'a${j}'}}\n  j: 1\n"),
            ("c", "values:\n  o: {fn::open::test: {x: 1}}\n  k: {fn::final: '${o.x}'}\n"),
        ],
        // An environment first reached by reference, below what it imports; later, by import, from elsewhere.
        &[
            ("env", "imports: [a, p/d]\nvalues: {k: 1}\n"),
            (
                "a",
                "imports: [b, env]\nvalues: {x: {fn::open::test: {x: {fn::open::test: {x: 1}}}}}\n",
            ),
            ("b", "imports: [c]\nvalues: {y: 1}\n"),
            (
                "c",
                "imports: [env]\nvalues: {k1: {x: '${environments.p.d.k2}', y: {fn::open::test: {x: 1}}}}\n",
            ),
            (
                "p/d",
                "imports: [env, a]\nvalues:\n  k2: {fn::toBase64: {fn::open::test: {x: '${k3}'}}}\n  k3: {y: {fn::open::test: {x: '${k2}'}}}\n",
            ),
        ],
        // A result that is known to be wrong before its arguments are complete, with a cycle among these.
        &[
            ("env", "imports: [c, a]\nvalues: {k: 1}\n"),
            ("c", "values: {k4: '${environments.p.nobody.k0}'}\n"),
            (
                "a",
                "values:\n  k1: {fn::open::test: {x: {fn::open::test: {x: '${k2.y[0].x}'}}}}\n  k2: {fn::open::test: {x: {fn::join: ['-', [{x: '${k1}', y: 1}, 1]]}}}\n",
            ),
        ],
        // Inline references to what is there, in environments that are not there as a whole.
        &[
            ("env", "values:\n  k: '${environments.p.e.l}'\n  m: 'x${environments.p.e.n}'\n"),
            (
                "p/e",
                "values: {l: [1, {fn::open::test: {x: 1}}], n: 2, o: {fn::open::error: {why: late}}}\n",
            ),
        ],
        &[
            ("env", "values:\n  k: 'x${environments.p.e.n}'\n"),
            ("p/e", "values: {l: {fn::open::test: {x: '${environments.p.f.g}'}}, n: 2}\n"),
            (
                "p/f",
                "values: {g: 1, h: '${environments.p.e.n}', i: {fn::open::test: {x: '${nope}'}}}\n",
            ),
        ],
        // Cycles through pending opens.
        &[(
            "env",
            "values:\n  a: {fn::open::test: {x: '${b.x}'}}\n  b: {fn::open::test: {x: '${c.x}', y: {fn::open::test: {}}}}\n  c: {fn::open::test: {x: '${a.x}', z: '${d}'}}\n  d: {fn::open::test: {q: 1}}\n",
        )],
        // Final bases that are pending opens, overridden.
        &[
            (
                "env",
                "imports: [a, b]\nvalues:\n  x: '${y.p}'\n  y: {p: '${x}', q: 1}\n  z: {w: '${z.v}'}\n",
            ),
            (
                "a",
                "values:\n  x: {fn::final: {fn::open::test: {p: 1}}}\n  y: {p: {fn::final: {fn::open::test: {}}}}\n",
            ),
            (
                "b",
                "values:\n  z: {fn::validate: {schema: true, value: {fn::final: {fn::open::test: {v: 1, w: 2}}}}}\n",
            ),
        ],
        // Cyclic imports.
        &[
            ("env", "imports: [a, b, c]\nvalues: {x: '${imports.a.x}${imports.b.x}'}\n"),
            ("a", "imports: [b]\nvalues: {x: a, y: '${z}'}\n"),
            ("b", "imports: [c]\nvalues: {x: b, z: '${w}'}\n"),
            ("c", "imports: [a, env]\nvalues: {x: c, w: '${y}'}\n"),
        ],
        // Whose root is it? Below an anonymous root that depends on the order of imports.
        &[
            (
                "<yaml>",
                "imports: [a, b, c]\nvalues: {x: '${imports.a.d}', y: '${imports.c.d}', e: '${environments.p.e.r}'}\n",
            ),
            ("a", "values: {d: '${environments.p.e.r}'}\n"),
            ("b", "imports: [d]\nvalues: {b: '${r}'}\n"),
            ("c", "imports: [d]\nvalues: {c: 1, d: '${r}'}\n"),
            (
                "d",
                "values: {r: '${context.rootEnvironment.name}', s: {fn::open::test: {r: '${context.rootEnvironment.name}'}}}\n",
            ),
            ("p/e", "imports: [d]\nvalues: {r: '${context.rootEnvironment.name}'}\n"),
        ],
        // Inline references that lead back.
        &[
            (
                "env",
                "imports: [p/a]\nvalues:\n  k: '${environments.p.a.x}'\n  l: '${environments.p.b.y}'\n  m: {fn::open::test: {n: '${environments.p.c.z}'}}\n",
            ),
            (
                "p/a",
                "values: {x: '${environments.p.b.y}', o: {fn::open::test: {b: '${environments.p.c.z}'}}}\n",
            ),
            ("p/b", "values: {y: '${environments.p.a.x}', v: 1}\n"),
            ("p/c", "imports: [p/b]\nvalues: {z: '${environments.p.a.o}', w: '${v}'}\n"),
        ],
        // Rotation beside opens.
        &[(
            "env",
            "values:\n  a: {fn::rotate::swap: {inputs: {x: '${o}'}, state: {a: x, b: y}}}\n  b: {fn::rotate::keeper: {inputs: {p: '${a.a}'}, state: {p: 1}}}\n  c: {fn::rotate::failing: {inputs: {p: '${b}'}, state: {p: 1}}}\n  d: {fn::rotate::echo: {inputs: {next: '${c.q}'}, state: {current: z}}}\n  o: {fn::open::test: {x: 1}}\n",
        )],
        // Copies of what is partly there, inside cycles.
        &[(
            "env",
            "values:\n  a: {x: {fn::open::test: {x: 1}}, y: {fn::validate: {schema: {type: string}, value: '${b}'}}}\n  b: ['a${a}', {fn::open::test: {x: '${c}'}}]\n  c: {d: '${b[0]}', e: {fn::toJSON: '${a.x}'}}\n",
        )],
        // Failing imports that are asked for again.
        &[
            (
                "env",
                "imports: [gone, bad, gone]\nvalues: {a: '${environments.p.gone.x}', b: '${environments.p.gone.y}', c: '${environments.p.bad.y}'}\n",
            ),
            ("bad", "values: {x: '${y'}\n"),
            ("p/bad", "values: [1]\n"),
        ],
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    for case in cases {
        let mut world = World::new(case.iter().copied());
        world.root = case.first().map_or("env", |(name, _)| name).to_owned();
        runtime.block_on(async {
            let expected = all_modes(&world).await;
            assert!(!expected.contains("waits for nothing"), "{case:?}");
            for seed in 0..SHUFFLES {
                let other = world.with_latency(Latency::Seeded(seed, 50));
                assert_eq!(expected, all_modes(&other).await, "seed {seed} of {case:?}");
            }
        });
    }
}

async fn all_modes(world: &World) -> String {
    let mut out = String::new();
    for mode in 0..3 {
        let document = world.document().expect("a document");
        let evaluator = world.evaluator();
        let mut evaluation = match mode {
            0 => evaluator.check(document).await,
            1 => evaluator.open(document).await,
            _ => evaluator.rotate(document, &[]).await,
        };
        out.push_str(&outcome(&mut evaluation));
    }
    out
}

/// References make much out of little: the answer is a diagnostic, and it comes soon.
#[tokio::test(start_paused = true)]
async fn expansions_are_bounded() {
    let mut text = String::from("values:\n  k0: [x, x, x, x, x, x, x, x, x, x]\n");
    for i in 1..40 {
        let items = vec![format!("'${{k{}}}'", i - 1); 10].join(", ");
        text.push_str(&format!("  k{i}: [{items}]\n"));
    }
    text.push_str(
        "  j: {fn::toJSON: '${k39}'}\n  s: 's${k39}'\n  o: {fn::open::test: {x: '${k39}'}}\n",
    );
    let world = World::new([("env", text)]);
    let mut evaluation = world.evaluator().open(world.document().expect("a document")).await;
    assert!(evaluation.diagnostics().iter().any(|d| d.code.as_str() == "limit-exceeded"));
    assert!(evaluation.value().is_none());
    assert!(evaluation.schema().is_none() && evaluation.environment().is_none());
    assert!(Limits::default().max_values <= 10_000_000);
}
