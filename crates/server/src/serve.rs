//! `padlock-server serve`: assembles the server, runs it and shuts it down.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use padlock_api::demo::DemoControls;
use padlock_api::ports::{Clock, Mail, Store, StoreError, random_bytes};
use padlock_api::{Api, Config, Ports, log_events};
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::{PackageLimits, SignedDuration};
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::blobs::FileBlobs;
use crate::cli::ServeOptions;
use crate::command_error::{CommandError, Context};
use crate::data_folder::DataFolder;
use crate::http::connections::Listener;
use crate::http::{self, Origin, PortalState, Spa, TrustedProxies};
use crate::mail::{NoMail, Smtp};
use crate::metrics::{self, Metrics};
use crate::runtime::{self, AppsUrl, StaticSiteRuntime};
use crate::store::{DatabaseLock, DatabaseUrl, SqlStore};
use crate::system::{ArgonHasher, SystemClock, SystemEntropy, Tasks};
use crate::{installation_id, key_file, logs, settings};

/// How long requests and tasks may continue after the signal to stop. The process ends within ten seconds, before service
/// managers kill it.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(6);
const DATABASE_CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How long an authorised window can count although it was proved by a clock that was ahead.
const CLOCK_CHECK_INTERVAL: Duration = Duration::from_secs(5);
const LOCK_CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// The maximum number of open files: connections, packages and sites together.
const MAX_OPEN_FILES: u64 = 8_192;

const FIRST_STEPS: &str = "Nobody can sign in yet. In another terminal, with the same PADLOCK_DATA or --data:
    padlock-server account add you@example.net --name 'Your Name'
    padlock-server app add shop --name Shop --technical-contact you@example.net";

/// A server whose listeners are bound and whose files are open.
pub struct Server {
    portal_listener: TcpListener,
    environments_listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    /// The origin of the portal.
    pub origin: Origin,
    /// The addresses of the environments.
    pub apps_url: AppsUrl,
    api: Api,
    store: SqlStore,
    runtime: StaticSiteRuntime,
    tasks: Tasks,
    spa: Spa,
    demo: bool,
    proxies: Arc<TrustedProxies>,
    metrics: Metrics,
    lock: DatabaseLock,
    _folder: DataFolder,
}

impl Server {
    /// Binds the listeners and opens everything that the server needs.
    ///
    /// # Errors
    /// Returns [`CommandError`] if the options contradict each other, or if something cannot be bound or opened.
    pub async fn open(options: &ServeOptions, metrics: Metrics) -> Result<Self, CommandError> {
        settings::validate(options).map_err(CommandError::Usage)?;
        let dist = options.dist.display();
        let spa = Spa::open(&options.dist).map_err(|error| {
            CommandError::Usage(format!(
                "no app in {dist} ({error}): build it with `cargo xtask build`, or name its folder with --dist"
            ))
        })?;
        let portal_listener = bind("--listen", options.listen).await?;
        let environments_listener = bind("--apps-listen", options.apps_listen).await?;
        let metrics_listener = match options.metrics_listen {
            Some(address) => Some(bind("--metrics-listen", address).await?),
            None => None,
        };
        let (portal_address, environments_address) =
            (local_address(&portal_listener)?, local_address(&environments_listener)?);
        let (origin, apps_url) =
            settings::public_addresses(options, portal_address, environments_address).map_err(CommandError::Usage)?;
        let mut folder = DataFolder::open(&options.data, options.demo).map_err(CommandError::Usage)?;

        let limits = PackageLimits::default();
        let entropy = Arc::new(SystemEntropy);
        let url = options.database.clone().unwrap_or_else(|| DatabaseUrl::Sqlite(folder.database()));
        installation_id::require_database(&folder, &url)?;
        let lock = DatabaseLock::try_acquire(&url).await.context("the database cannot be opened")?;
        let lock =
            lock.ok_or_else(|| CommandError::Usage(format!("another padlock-server uses the database {url}")))?;
        let store = SqlStore::open(&url).await.context("the database cannot be opened")?;
        let record = installation_id::identify(&folder, &url, &store, entropy.as_ref()).await?;
        installation_id::require_not_moved(&folder, &record)?;
        let blobs = FileBlobs::open(folder.path(), entropy.clone()).context("the packages cannot be opened")?;
        let runtime =
            StaticSiteRuntime::open(folder.path(), apps_url.clone(), limits).context("the sites cannot be opened")?;
        let tasks = Tasks::default();
        let key_file = key_file::path(options.key_file.as_deref(), folder.path());
        let key_ids = store.encryption_key_ids().await.context("the database cannot be read")?;
        let keyring = key_file::open_or_create(&key_file, folder.path(), &key_ids, entropy.clone())
            .map_err(CommandError::Usage)?;
        let demo = options.demo.then(|| DemoControls::new(Arc::new(SystemClock)));
        let ports = Ports {
            store: Arc::new(store.clone()),
            blobs: Arc::new(blobs),
            runtime: Arc::new(runtime.clone()),
            clock: demo.as_ref().map_or_else(|| Arc::new(SystemClock) as Arc<dyn Clock>, |demo| demo.clock.clone()),
            vault: Arc::new(keyring),
            mail: mail(options, demo.as_ref())?,
            hasher: Arc::new(ArgonHasher::new(entropy.clone())),
            entropy,
            spawn: Arc::new(tasks.clone()),
        };
        if folder.needs_demo_data() {
            padlock_api::demo::seed(&ports).await.context("the demo data cannot be created")?;
            folder.mark_demo_complete().context("the demo data cannot be created")?;
        }
        let config = Config {
            public_origin: origin.to_string(),
            name: options.name.clone(),
            demo,
            first_binding: settings::first_binding(options),
            window_idle_timeout: options.step_up_idle.map(|minutes| SignedDuration::from_mins(minutes.into())),
            package_limits: limits,
            uploads_per_hour: options.uploads_per_hour,
            worker: folder
                .worker_id(HEXLOWER.encode(&random_bytes::<8>(&SystemEntropy)))
                .map_err(CommandError::Usage)?,
        };
        let api = Api::new(ports, config);
        api.recover().await.context("interrupted work cannot be recovered")?;
        Ok(Self {
            portal_listener,
            environments_listener,
            metrics_listener,
            origin,
            apps_url,
            api,
            store,
            runtime,
            tasks,
            spa,
            demo: options.demo,
            proxies: Arc::new(TrustedProxies::new(options.trusted_proxies.clone())),
            metrics,
            lock,
            _folder: folder,
        })
    }

    async fn has_accounts(&self) -> Result<bool, CommandError> {
        let result: Result<bool, StoreError> = async { self.store.read().await?.any_account().await }.await;
        result.context("the database cannot be read")
    }

    /// Returns the bound address of the metrics listener, if there is one.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_listener.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Serves until `shutdown` is cancelled. Then accepts no connections, finishes requests and tasks, and closes the
    /// database.
    pub async fn run(self, shutdown: CancellationToken) {
        self.api.start_workers();
        let portal = http::router(PortalState {
            api: self.api.clone().router(),
            spa: self.spa,
            origin: self.origin,
            demo: self.demo,
            entropy: Arc::new(SystemEntropy),
            metrics: self.metrics.clone(),
        });
        let environments = runtime::router(self.runtime, Arc::new(self.store.clone()));
        let connections = TaskTracker::new();
        let metrics = metrics::router(self.metrics, self.store.clone());
        let listener = |app| Listener::new(app, Arc::clone(&self.proxies));
        let metrics =
            self.metrics_listener.map(|socket| listener(metrics).serve(socket, shutdown.clone(), connections.clone()));
        tokio::join!(
            futures::future::OptionFuture::from(metrics),
            listener(portal).serve(self.portal_listener, shutdown.clone(), connections.clone()),
            listener(environments).without_cookies().serve(
                self.environments_listener,
                shutdown.clone(),
                connections.clone()
            ),
            run_clock_checks(&self.api, &shutdown),
            renew_lock(&self.lock, &shutdown),
        );
        // Ends the event streams, which are endless otherwise.
        self.api.close();
        connections.close();
        tracing::info!(requests = connections.len(), tasks = self.tasks.running(), "stopping");
        // Requests first: they may still spawn tasks.
        let finished = tokio::time::timeout(SHUTDOWN_TIMEOUT, async {
            connections.wait().await;
            self.tasks.wait().await;
        });
        if finished.await.is_err() {
            tracing::warn!("some work did not finish in time; the next start recovers it");
        }
        if tokio::time::timeout(DATABASE_CLOSE_TIMEOUT, self.store.close()).await.is_err() {
            tracing::warn!("the database is still in use; the next start reads its write-ahead log");
        }
        tracing::info!(event = log_events::STOPPED, "stopped");
    }
}

async fn run_clock_checks(api: &Api, shutdown: &CancellationToken) {
    let mut interval = tokio::time::interval(CLOCK_CHECK_INTERVAL);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(interval.tick()).await.is_some() {
        if let Err(error) = api.correct_after_clock_change().await {
            tracing::warn!(%error, "whether the clock was moved back is not known now");
        }
    }
}

/// Stops the server when another one has taken the database.
async fn renew_lock(lock: &DatabaseLock, shutdown: &CancellationToken) {
    let mut interval = tokio::time::interval(LOCK_CHECK_INTERVAL);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(interval.tick()).await.is_some() {
        match lock.renew().await {
            Ok(true) => {}
            Ok(false) => {
                tracing::error!("another padlock-server uses this database: stopping");
                shutdown.cancel();
            }
            Err(error) => {
                tracing::warn!(%error, "the lock of the database cannot be renewed, which will be tried again");
            }
        }
    }
}

/// Runs the server until it receives SIGINT or SIGTERM.
///
/// # Errors
/// Returns [`CommandError`] if the server cannot start.
pub async fn serve(options: &ServeOptions) -> Result<(), CommandError> {
    let metrics = Metrics::default();
    logs::init(options.log_format, options.log_level, &metrics);
    raise_open_file_limit();
    let server = Server::open(options, metrics).await?;
    let shutdown = CancellationToken::new();
    let signals = Signals::listen().context("signals cannot be received")?;
    let has_accounts = server.has_accounts().await?;
    print_addresses(&server, options.demo, has_accounts);
    tracing::info!(event = log_events::STARTED, version = env!("CARGO_PKG_VERSION"), "ready");
    if !has_accounts {
        tracing::warn!(
            event = log_events::NO_ACCOUNT,
            "nobody can sign in: create the first account with `padlock-server account add LOGIN --name NAME`"
        );
    }
    tokio::spawn(signals.cancel_on_signal(shutdown.clone()));
    server.run(shutdown).await;
    Ok(())
}

fn mail(options: &ServeOptions, demo: Option<&DemoControls>) -> Result<Arc<dyn Mail>, CommandError> {
    match (demo, &options.smtp_url, &options.mail_from) {
        (Some(demo), ..) => Ok(demo.outbox.clone()),
        (None, Some(url), Some(from)) => Ok(Arc::new(Smtp::new(url, from.clone()).map_err(CommandError::Usage)?)),
        (None, ..) => {
            if settings::first_binding(options) == FirstBinding::Mail {
                tracing::warn!(
                    "no mail server is configured: nobody can enrol a second factor without --smtp-url or \
                     --first-binding password"
                );
            }
            Ok(Arc::new(NoMail))
        }
    }
}

fn print_addresses(server: &Server, demo: bool, has_accounts: bool) {
    let (portal, environments) = (&server.origin, &server.apps_url);
    let mut text = format!("Padlock is ready.\n  The portal:    {portal}\n  Environments:  {environments}\n");
    if demo {
        let password = padlock_api::demo::PASSWORD;
        text += &format!("  Sign in as:    tess@padlock.example\n  Password:      {password}\n");
    }
    if !has_accounts {
        text += &format!("  {FIRST_STEPS}\n");
    }
    if let Some(address) = server.metrics_address() {
        text += &format!("  Metrics:       http://{address}/metrics\n");
    }
    text += "Ctrl-C stops it.\n";
    // The server also runs with a closed stdout.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Shuts down gracefully at the first signal, immediately at the second.
    async fn cancel_on_signal(mut self, shutdown: CancellationToken) {
        self.next().await;
        shutdown.cancel();
        self.next().await;
        std::process::exit(130);
    }
}

async fn bind(option: &str, address: SocketAddr) -> Result<TcpListener, CommandError> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "something listens there already".to_owned(),
            _ => error.to_string(),
        };
        CommandError::Usage(format!("cannot listen on {address}: {why}; choose another address with {option}"))
    })
}

fn local_address(listener: &TcpListener) -> Result<SocketAddr, CommandError> {
    listener.local_addr().context("the listener has no address")
}

/// Raises the soft limit as far as allowed. With a lower limit the server accepts fewer connections.
fn raise_open_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(MAX_OPEN_FILES, |maximum| maximum.min(MAX_OPEN_FILES));
    if limit.current.is_some_and(|current| current < wanted) {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum });
    }
}
