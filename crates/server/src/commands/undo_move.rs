//! `undo-move`: goes on with an installation that was moved away.

use super::installation::Installation;
use super::output::print_line;
use crate::cli::InstallationOptions;
use crate::command_error::CommandError;
use crate::store::InstallationState;

pub(super) async fn run(options: &InstallationOptions) -> Result<(), CommandError> {
    let installation = Installation::open_moved_or_not(&options.folder, options.database.as_ref()).await?;
    if installation.record.state != InstallationState::Moved {
        return Err(CommandError::Usage("this installation was not moved".to_owned()));
    }
    installation.set_state(InstallationState::Ready).await?;
    installation.store.close().await;
    print_line(
        "This installation goes on. Never start a server on what was restored from the backup: both would send the same \
         emails and accept the same codes.",
    );
    Ok(())
}
