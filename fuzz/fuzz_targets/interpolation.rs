//! Interpolations and property paths: neither panics; offsets are within the text; paths read back.
#![no_main]

use esc_core::ast::interpolation::scan;
use esc_core::path::PropertyPath;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let found = scan(text);
    for problem in &found.problems {
        assert!(problem.start <= problem.end && problem.end <= text.len());
        assert!(text.is_char_boundary(problem.start) && text.is_char_boundary(problem.end));
        let _ = problem.diagnostic();
    }
    for accessor in found.parts.iter().filter_map(|part| part.access.as_ref()).flatten() {
        assert!(accessor.start <= accessor.end && accessor.end <= text.len());
    }
    match PropertyPath::parse(text) {
        Ok(path) => {
            let printed = path.to_string();
            assert_eq!(PropertyPath::parse(&printed).as_ref(), Ok(&path), "{printed:?}");
            let _ = path.to_document_path();
        }
        Err(error) => assert!(error.position() <= text.len()),
    }
});
