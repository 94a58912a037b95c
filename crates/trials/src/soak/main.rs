//! The soak test: runs the real server for a long time under load and faults. `cargo xtask soak` builds both programs and
//! runs this.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test tool")]

mod kills;
mod large_packages;
mod mixed_load;
mod options;
mod report;
mod simulated_user;
mod test_bed;

use clap::Parser;
use options::Options;
use report::Report;
use test_bed::TestBed;

fn main() {
    let options = Options::parse();
    println!("seed {}", options.seed);
    let mut report = Report::default();
    if options.gigabytes > 0 {
        let mut test_bed = TestBed::new(&options);
        large_packages::run(&mut test_bed, options.gigabytes, &mut report);
        test_bed.finish(&mut report);
    }
    let mut test_bed = TestBed::new(&options);
    kills::run(&mut test_bed, options.kills, &mut report);
    mixed_load::run(&mut test_bed, options.minutes, &mut report);
    test_bed.finish(&mut report);
    print!("{report}");
}
