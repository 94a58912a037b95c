//! Packages as hostile people make them, sent to the binary as it is run: refused in words, nothing of them left on the
//! disk, and memory as it was.

mod forge;
mod packages;
mod sender;
mod site;
