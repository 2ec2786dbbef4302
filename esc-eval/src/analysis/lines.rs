//! Lines and columns as editors count them.

use std::sync::Arc;

/// Converts between byte offsets and lines with UTF-16 columns, both counted from 0.
#[derive(Clone, Debug)]
pub struct Lines {
    text: Arc<str>,
    /// Where each line starts.
    starts: Vec<u32>,
}

impl Lines {
    /// The lines of a text, ended by LF or CR LF.
    pub fn new(text: &Arc<str>) -> Lines {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
            .collect();
        Lines { text: text.clone(), starts }
    }

    /// The byte offset of a position. A column beyond the line's end means its end; one within a character, its start.
    pub fn offset(&self, line: u32, column: u32) -> u32 {
        let Some(&start) = self.starts.get(line as usize) else { return self.end() };
        let mut columns = 0;
        let mut offset = start;
        for c in self.line_from(start).chars() {
            columns += c.len_utf16() as u32;
            if columns > column {
                break;
            }
            offset += c.len_utf8() as u32;
        }
        offset
    }

    /// The line and column of a byte offset.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let mut at = start;
        let mut column = 0;
        for c in self.line_from(start).chars() {
            at += c.len_utf8() as u32;
            if at > offset {
                break;
            }
            column += c.len_utf16() as u32;
        }
        (line as u32, column)
    }

    /// The offset at which the line with an offset starts.
    pub(super) fn start_of(&self, offset: u32) -> u32 {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        self.starts.get(line).copied().unwrap_or(0)
    }

    fn end(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    /// The line from its start, without its end.
    fn line_from(&self, start: u32) -> &str {
        let rest = self.text.get(start as usize..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_utf16() {
        let lines = Lines::new(&Arc::from("a😀b\r\nç\n"));
        for (line, column, offset) in
            [(0, 0, 0), (0, 1, 1), (0, 3, 5), (0, 4, 6), (1, 0, 8), (1, 1, 10), (2, 0, 11)]
        {
            assert_eq!(lines.offset(line, column), offset);
            assert_eq!(lines.position(offset), (line, column));
        }
        assert_eq!(lines.offset(0, 2), 1);
        assert_eq!(lines.offset(0, 99), 6);
        assert_eq!(lines.offset(9, 0), 11);
        assert_eq!(lines.position(99), (2, 0));
    }
}
