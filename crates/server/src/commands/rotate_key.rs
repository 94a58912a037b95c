//! `key rotate`: encrypts every secret with a new key.

use std::sync::Arc;

use padlock_api::keyring::{KEY_BYTES, Key};
use padlock_api::ports::random_bytes;

use super::installation::Installation;
use super::output::{count, print_line};
use crate::cli::RotateOptions;
use crate::command_error::{CommandError, Context};
use crate::key_file;
use crate::store::SecretError;
use crate::system::SystemEntropy;

pub(super) async fn run(options: &RotateOptions) -> Result<(), CommandError> {
    let data = &options.data.folder;
    let path = key_file::path(options.key.key_file.as_deref(), data);
    let installation = Installation::open(data, options.data.database.as_ref()).await?;
    if installation.is_in_use() {
        return Err(CommandError::Usage(
            "a server is running on this data and would continue to encrypt with the old key: stop it, then run this \
             again"
                .to_owned(),
        ));
    }
    let store = &installation.store;
    let mut keys = key_file::read(&path).map_err(CommandError::Usage)?;
    let used = store.encryption_key_ids().await.context("the database cannot be read")?;
    // The newest key is unused while others are used: an interrupted rotation created it.
    let interrupted = !used.is_empty() && !used.contains(&keys.newest().id());
    if !interrupted {
        // Never adds a key to the file of another installation.
        store.verify_secrets(&keys.keyring(Arc::new(SystemEntropy))).await.map_err(secret_error)?;
        keys.add(Key::new(random_bytes::<KEY_BYTES>(&SystemEntropy)));
        key_file::replace(&path, &keys).map_err(CommandError::Failed)?;
    }
    let secrets = store.reencrypt_secrets(&keys.keyring(Arc::new(SystemEntropy))).await.map_err(secret_error)?;
    let (secrets, newest) = (count(secrets, "secret"), keys.newest().id());
    print_line(&format!("Encrypted {secrets} with the new key {newest}. Keep a new copy of {}.", path.display()));

    let before = keys.count();
    if options.forget_old {
        keys.forget_old();
        key_file::replace(&path, &keys).map_err(CommandError::Failed)?;
    }
    if before > 1 {
        print_line(if options.forget_old {
            "The old keys are forgotten: older backups cannot be restored without a copy of them."
        } else {
            "The old keys stay in it, for older backups. --forget-old removes them."
        });
    }
    store.close().await;
    Ok(())
}

fn secret_error(error: SecretError) -> CommandError {
    match error {
        SecretError::Undecryptable(_) => CommandError::Usage(format!("nothing was changed: {error}")),
        SecretError::Store(error) => CommandError::Failed(format!("no secret was encrypted: {error}; run this again")),
    }
}
