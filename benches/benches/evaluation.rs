//! The shapes of the table without delays, under Criterion: for comparing one version with the next.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use esc_benches::bench::{Bench, Conditions};
use esc_benches::cases::CASES;
use esc_benches::shapes::{SEED, Shape};

fn evaluation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("evaluation");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for case in CASES.iter().filter(|case| case.delays_ms == (0, 0)) {
        let Ok(bench) = Bench::new(case.shape.documents(SEED), Conditions::default()) else {
            continue;
        };
        group.bench_function(case.id, |b| b.iter(|| black_box(bench.values()).is_some()));
    }
    group.finish();
}

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parsing");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for shape in [Shape::Literals(10_000), Shape::Interpolations(10_000)] {
        let Ok(bench) = Bench::new(shape.documents(SEED), Conditions::default()) else {
            continue;
        };
        group.bench_function(shape.to_string(), |b| b.iter(|| black_box(bench.parse()).is_some()));
    }
    group.finish();
}

criterion_group!(all, evaluation, parsing);
criterion_main!(all);
