//! Threads that read as fast as they can, and one that writes meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// So many reads are made between two looks at whether it is time to stop.
const BATCH: u32 = 256;
/// How often the writer writes.
pub const PERIOD: Duration = Duration::from_millis(10);

/// One way of reading a value.
pub struct Case<'a> {
    /// What is read from.
    pub name: &'static str,
    /// Reads so many times.
    pub read: Box<dyn Fn(u32) -> Result<(), String> + Sync + 'a>,
    /// Puts another value in place, and returns once it is there. None if what is read never changes.
    pub write: Option<Write<'a>>,
}

pub type Write<'a> = Box<dyn Fn() -> Result<(), String> + Sync + 'a>;

/// What became of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Reads of all threads together.
    pub reads: u64,
    /// From the start of the first until the end of the last thread.
    pub wall: Duration,
    /// What the reading threads computed, as Linux tells it; zero elsewhere.
    pub cpu: Duration,
    /// Values that were put in place meanwhile.
    pub writes: u64,
}

impl Figures {
    pub fn per_second(&self) -> f64 {
        self.reads as f64 / self.wall.as_secs_f64()
    }

    /// The time that one read takes on one core, in nanoseconds.
    pub fn cpu_ns(&self) -> f64 {
        self.cpu.as_nanos() as f64 / self.reads as f64
    }

    pub fn better(self, other: Figures) -> Figures {
        if other.per_second() > self.per_second() { other } else { self }
    }
}

/// Reads with so many threads for so long.
pub fn run(
    case: &Case<'_>,
    threads: usize,
    time: Duration,
    writing: bool,
) -> Result<Figures, String> {
    let stop = AtomicBool::new(false);
    let start = Barrier::new(threads + 1);
    // What was counted, and who started when and ended when: this thread may come late to the barrier's opening.
    let total = Mutex::new((Figures::default(), Vec::new()));
    let write = case.write.as_ref().filter(|_| writing);
    let writes = thread::scope(|scope| {
        let read = || {
            start.wait();
            let (started, cpu) = (Instant::now(), thread_cpu());
            let mut reads = 0;
            while !stop.load(Ordering::Relaxed) {
                (case.read)(BATCH)?;
                reads += u64::from(BATCH);
            }
            let (ended, cpu) = (Instant::now(), thread_cpu().saturating_sub(cpu));
            let mut total = total.lock().unwrap_or_else(PoisonError::into_inner);
            total.0.reads += reads;
            total.0.cpu += cpu;
            total.1.push((started, ended));
            Ok::<_, String>(())
        };
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(read)).collect();
        start.wait();
        let written = match write {
            Some(write) => write_until(Instant::now() + time, write),
            None => {
                thread::sleep(time);
                Ok(0)
            }
        };
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().map_err(|_| format!("{}: a thread died", case.name))??;
        }
        written
    })?;
    let (total, spans) = total.into_inner().unwrap_or_else(PoisonError::into_inner);
    let started = spans.iter().map(|(started, _)| *started).min();
    let ended = spans.iter().map(|(_, ended)| *ended).max();
    let wall = ended.zip(started).map_or(Duration::ZERO, |(ended, started)| ended - started);
    Ok(Figures { wall, writes, ..total })
}

fn write_until(end: Instant, write: &Write<'_>) -> Result<u64, String> {
    let mut writes = 0;
    let mut next = Instant::now();
    loop {
        next += PERIOD;
        let now = Instant::now();
        if next.max(now) >= end {
            thread::sleep(end.saturating_duration_since(now));
            return Ok(writes);
        }
        thread::sleep(next.saturating_duration_since(now));
        write()?;
        writes += 1;
    }
}

/// How long this thread has computed, as Linux tells it.
fn thread_cpu() -> Duration {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = status.split(' ').next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or_default())
}
