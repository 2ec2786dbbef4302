//! Places in a document: compatible positions, true byte spans.
//!
//! The reference implementation reports positions that are not always where the text really is (a last line without
//! a newline has byte 0, wide characters shift offsets, the quotes of a scalar are not counted). Data files pin those
//! positions, so every node carries both: a [`Range`] in the reference's terms and a [`Span`] of true byte offsets for
//! editors, renderers and edits.

use std::fmt;

/// A position as the reference reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos {
    /// Line, counted from 1; 0 when there is no position.
    pub line: u32,
    /// Column, counted from 1 in code points; 0 when there is no position.
    pub column: u32,
    /// Byte offset, counted from 0.
    pub byte: u32,
}

/// A half-open range of [`Pos`]itions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The first position.
    pub begin: Pos,
    /// The position after the last.
    pub end: Pos,
}

impl Range {
    /// The range with nothing known about it: all zero.
    pub const NONE: Range = Range {
        begin: Pos { line: 0, column: 0, byte: 0 },
        end: Pos { line: 0, column: 0, byte: 0 },
    };

    /// Whether `pos` lies within, by byte offset or by line and column.
    ///
    /// A single-line range covers the columns `[begin, end)`; one of several lines covers every column of its lines.
    pub fn contains(&self, pos: Pos) -> bool {
        if pos.byte >= self.begin.byte && pos.byte < self.end.byte {
            return true;
        }
        if pos.line < self.begin.line || pos.line > self.end.line {
            return false;
        }
        self.begin.line != self.end.line
            || (pos.column >= self.begin.column && pos.column < self.end.column)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (b, e) = (self.begin, self.end);
        if b.line == e.line {
            write!(f, "{},{}-{}", b.line, b.column, e.column)
        } else {
            write!(f, "{},{}-{},{}", b.line, b.column, e.line, e.column)
        }
    }
}

/// A half-open range of true byte offsets into a document's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span as a range that can index a string.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the offset lies within, the end included (a cursor may stand there).
    pub fn touches(self, offset: u32) -> bool {
        self.start <= offset && offset <= self.end
    }
}
