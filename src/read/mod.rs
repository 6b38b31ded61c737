//! Text → grids: what stands in a cell.

pub(crate) mod markdown;
pub(crate) mod prose;
