//! Where in the source a panic was: three numbers and a path for each place that could. Nothing prints them (see
//! `trim`), the paths are those of the machine that built them, and numbers compress badly.

use crate::Outcome;
use wasmparser::{DataKind, Operator, Parser, Payload};

/// Four numbers: where the path is, how long it is, line and column.
const SIZE: usize = 16;

/// What the parts put into memory, and where.
#[derive(Default)]
pub(crate) struct Memory {
    pieces: Vec<(usize, Vec<u8>)>,
}

impl Memory {
    /// What these parts put there.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Outcome<Self> {
        let mut memory = Self::default();
        for part in parts {
            for payload in Parser::new(0).parse_all(part) {
                if let Payload::DataSection(pieces) = payload.map_err(wrong)? {
                    for piece in pieces {
                        let piece = piece.map_err(wrong)?;
                        if let Some(start) = start(&piece.kind) {
                            memory.pieces.push((start, piece.data.to_vec()));
                        }
                    }
                }
            }
        }
        Ok(memory)
    }

    /// One piece without its places in the source and without their paths.
    pub(crate) fn without_locations(&self, kind: &DataKind<'_>, piece: &[u8]) -> Vec<u8> {
        let mut bare = piece.to_vec();
        let Some(start) = start(kind) else { return bare };
        for (place, path) in self.locations() {
            blank(&mut bare, start, place, SIZE);
            blank(&mut bare, start, path.0, path.1);
        }
        bare
    }

    /// Every place, with its path's.
    fn locations(&self) -> impl Iterator<Item = (usize, (usize, usize))> {
        self.pieces.iter().flat_map(move |(start, piece)| {
            let aligned = (0..piece.len()).filter(move |at| (start + at).is_multiple_of(4));
            aligned.filter_map(move |at| {
                let numbers = piece.get(at..at + SIZE)?.as_chunks::<4>().0;
                let [path, length, line, column] = numbers else { return None };
                let number = |bytes: &[u8; 4]| usize::try_from(u32::from_le_bytes(*bytes)).ok();
                let path = (number(path)?, number(length)?);
                let plausible = number(line)? < 100_000 && number(column)? < 1_000;
                (plausible && self.text(path)?.ends_with(b".rs")).then_some((start + at, path))
            })
        })
    }

    fn text(&self, (at, length): (usize, usize)) -> Option<&[u8]> {
        self.pieces.iter().find_map(|(start, piece)| {
            let at = at.checked_sub(*start)?;
            piece.get(at..at.checked_add(length)?)
        })
    }
}

fn start(kind: &DataKind<'_>) -> Option<usize> {
    let DataKind::Active { offset_expr, .. } = kind else { return None };
    match offset_expr.get_operators_reader().read() {
        Ok(Operator::I32Const { value }) => usize::try_from(value).ok(),
        _ => None,
    }
}

fn blank(piece: &mut [u8], start: usize, at: usize, length: usize) {
    let place = at.checked_sub(start).and_then(|at| piece.get_mut(at..at + length));
    place.into_iter().for_each(|bytes| bytes.fill(0));
}

fn wrong(error: impl std::fmt::Display) -> String {
    format!("The program's data could not be read: {error}")
}
