//! `key rotate`: a new key, and every secret sealed anew with it.

use std::sync::Arc;

use padlock_api::keyring::{KEY_BYTES, Key};
use padlock_api::ports::{StoreError, entropy};

use super::installation::Installation;
use super::{counted, failed, say};
use crate::cli::Rotate;
use crate::key_file;
use crate::serve::Stop;
use crate::store::{ReencryptionError, SqliteStore};
use crate::system::SystemEntropy;

pub(super) async fn run(options: &Rotate) -> Result<(), Stop> {
    let data = &options.place.data;
    let path = key_file::path(options.key.key_file.as_deref(), data);
    let installation = Installation::open(data).await?;
    if installation.folder.is_served() {
        return Err(Stop::Usage(
            "a server runs on this data, and would go on sealing with the old key: stop it, then run this again"
                .to_owned(),
        ));
    }
    let store = &installation.store;
    let mut keys = key_file::keys(&path).map_err(Stop::Usage)?;
    let in_use = in_use(store).await?;
    // A key that seals nothing while others do was left by a rotation that was cut short: it is gone on with.
    let cut_short = !in_use.is_empty() && keys.last().is_some_and(|newest| !in_use.contains(&newest.id()));
    if !cut_short {
        open_all(store, &keys).await?;
        keys.push(Key::new(entropy::<KEY_BYTES>(&SystemEntropy)));
        key_file::exchange(&path, &keys).map_err(Stop::Failed)?;
    }
    let vault = key_file::ring(keys.clone(), Arc::new(SystemEntropy)).ok_or_else(|| no_key(&path))?;
    let sealed = store.reencrypt(&vault).await.map_err(unsealed)?;
    let newest = keys.last().map(Key::id).ok_or_else(|| no_key(&path))?;
    let secrets = counted(sealed, "secret");
    say(&format!("EncryptedSecret {secrets} with the new key {newest}. Keep a new copy of {}.", path.display()));

    let before = keys.len();
    if options.forget_old {
        keys.retain(|key| key.id() == newest);
        key_file::exchange(&path, &keys).map_err(Stop::Failed)?;
    }
    if before > 1 {
        say(if options.forget_old {
            "The old keys are forgotten: backups made before this cannot be opened without a copy of them."
        } else {
            "The old keys stay in it, for older backups. --forget-old takes them out."
        });
    }
    store.close().await;
    Ok(())
}

async fn in_use(store: &SqliteStore) -> Result<Vec<String>, Stop> {
    store.encryption_key_ids().await.map_err(failed::<StoreError>("the database cannot be read"))
}

/// A file of another installation must not get a key of this one.
async fn open_all(store: &SqliteStore, keys: &[Key]) -> Result<(), Stop> {
    let Some(vault) = key_file::ring(keys.to_vec(), Arc::new(SystemEntropy)) else { return Ok(()) };
    store.verify_secrets(&vault).await.map(|_| ()).map_err(unsealed)
}

fn unsealed(error: ReencryptionError) -> Stop {
    match error {
        ReencryptionError::DecryptionError(_) => Stop::Usage(format!("nothing was changed: {error}")),
        ReencryptionError::Store(error) => Stop::Failed(format!("nothing was sealed anew: {error}; run this again")),
    }
}

fn no_key(path: &std::path::Path) -> Stop {
    Stop::Usage(format!("there is no key in {}", path.display()))
}
