//! `padlock-server serve`: puts everything together, runs it, and ends it in order.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use padlock_api::demo_controls::Controls;
use padlock_api::ports::{Clock, Mail, Store, StoreError};
use padlock_api::{Api, Config, Ports, log_events};
use padlock_contract::second_factor::FirstBinding;
use padlock_domain::SignedDuration;
use padlock_domain::package::PackageLimits;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::blobs::FileBlobs;
use crate::cli::Serve;
use crate::data_folder::DataFolder;
use crate::http::{self, Origin, Portal, Spa, TrustedProxies, connections};
use crate::mail::{NoMail, Smtp};
use crate::metrics::{self, Metrics};
use crate::runtime::{self, AppsUrl, Sites};
use crate::store::SqliteStore;
use crate::system::{ArgonHasher, SystemClock, SystemEntropy, Tasks};
use crate::{key_file, logs, settings};

/// How long what runs may take to end once the server is told to stop.
const ENDING: Duration = Duration::from_secs(30);
/// How long the database may take to be folded together.
const CLOSING: Duration = Duration::from_secs(10);
/// How often expired things are taken away.
const HOUSEKEEPING: Duration = Duration::from_secs(3600);
/// Files open at once: connections, packages, sites.
const FILES: u64 = 8_192;

/// What to do with a server that has no account.
const FIRST_STEPS: &str = "Nobody can sign in yet. In another terminal, with the same PADLOCK_DATA or --data:
    padlock-server account add you@example.net --name 'Your Name'
    padlock-server app add shop --name Shop --technical-contact you@example.net";

/// Why the server stopped, or did not start.
#[derive(Debug)]
pub enum Stop {
    /// Something on the command line has to be put right.
    Usage(String),
    /// Something else failed.
    Failed(String),
}

/// A server that listens and has everything open.
pub struct Server {
    portal: TcpListener,
    apps: TcpListener,
    numbers: Option<TcpListener>,
    /// The portal's origin.
    pub origin: Origin,
    /// The environments' addresses.
    pub apps_url: AppsUrl,
    api: Api,
    store: SqliteStore,
    sites: Sites,
    tasks: Tasks,
    spa: Spa,
    demo: bool,
    proxies: TrustedProxies,
    metrics: Metrics,
    _folder: DataFolder,
}

impl Server {
    /// Opens everything.
    ///
    /// # Errors
    /// [`Stop`], with a sentence for the person at the terminal.
    pub async fn open(options: &Serve, metrics: Metrics) -> Result<Self, Stop> {
        settings::check(options).map_err(Stop::Usage)?;
        let dist = options.dist.display();
        let spa = Spa::open(&options.dist).map_err(|error| {
            Stop::Usage(format!("no app in {dist} ({error}): make it with `cargo xtask build`, or say --dist"))
        })?;
        let portal = bind("--listen", options.listen).await?;
        let apps = bind("--apps-listen", options.apps_listen).await?;
        let numbers = match options.metrics_listen {
            Some(address) => Some(bind("--metrics-listen", address).await?),
            None => None,
        };
        let (origin, apps_url) = settings::addresses(options, local(&portal)?, local(&apps)?).map_err(Stop::Usage)?;
        let mut folder = DataFolder::open(&options.data, options.demo).map_err(Stop::Usage)?;

        let caps = PackageLimits::default();
        let entropy = Arc::new(SystemEntropy);
        let store = SqliteStore::open(&folder.database()).await.map_err(failed("the database cannot be opened"))?;
        let blobs = FileBlobs::open(folder.path(), entropy.clone()).map_err(failed("the packages cannot be opened"))?;
        let sites = Sites::open(folder.path(), apps_url.clone(), caps).map_err(failed("the sites cannot be opened"))?;
        let tasks = Tasks::default();
        let key_file = key_file::path(options.key_file.as_deref(), folder.path());
        let in_use = store.encryption_key_ids().await.map_err(failed("the database cannot be read"))?;
        let vault = key_file::open(&key_file, folder.path(), &in_use, entropy.clone()).map_err(Stop::Usage)?;
        let demo = options.demo.then(|| Controls::over(Arc::new(SystemClock)));
        let ports = Ports {
            store: Arc::new(store.clone()),
            blobs: Arc::new(blobs),
            runtime: Arc::new(sites.clone()),
            clock: demo.as_ref().map_or_else(|| Arc::new(SystemClock) as Arc<dyn Clock>, |demo| demo.clock.clone()),
            vault: Arc::new(vault),
            mail: mail(options, demo.as_ref())?,
            hasher: Arc::new(ArgonHasher::new(entropy.clone())),
            entropy,
            spawn: Arc::new(tasks.clone()),
        };
        if folder.wants_seed() {
            padlock_api::demo::seed(&ports).await.map_err(failed("the demo's data cannot be made"))?;
            folder.seeded().map_err(failed("the demo's data cannot be made"))?;
        }
        let config = Config {
            public_origin: origin.to_string(),
            name: options.name.clone(),
            demo,
            first_binding: settings::first_binding(options),
            window_idle: options.step_up_idle.map(|minutes| SignedDuration::from_mins(minutes.into())),
            package_limits: caps,
        };
        let api = Api::new(ports, config);
        api.recover().await.map_err(failed("the last run's work cannot be put in order"))?;
        let demo = options.demo;
        Ok(Self {
            portal,
            apps,
            numbers,
            origin,
            apps_url,
            api,
            store,
            sites,
            tasks,
            spa,
            demo,
            proxies: TrustedProxies::new(options.trusted_proxies.clone()),
            metrics,
            _folder: folder,
        })
    }

    /// Whether anybody could sign in.
    async fn any_account(&self) -> Result<bool, Stop> {
        let read = async { self.store.read().await?.any_account().await };
        read.await.map_err(failed::<StoreError>("the database cannot be read"))
    }

    /// Where the portal really listens.
    #[must_use]
    pub fn portal_address(&self) -> Option<SocketAddr> {
        self.portal.local_addr().ok()
    }

    /// Where the numbers for Prometheus really are, if anywhere.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.numbers.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Where the environments really listen.
    #[must_use]
    pub fn apps_address(&self) -> Option<SocketAddr> {
        self.apps.local_addr().ok()
    }

    /// Serves until `shutdown`, then ends in order: no new connections, what runs runs to its end, the database is
    /// folded together.
    pub async fn run(self, shutdown: CancellationToken) {
        let portal = http::router(Portal {
            api: self.api.clone().router(),
            spa: self.spa,
            origin: self.origin,
            demo: self.demo,
            proxies: self.proxies,
            entropy: Arc::new(SystemEntropy),
            metrics: self.metrics.clone(),
        });
        let apps = runtime::router(self.sites, Arc::new(self.store.clone()));
        let connections = TaskTracker::new();
        let numbers = metrics::router(self.metrics, self.store.clone());
        let numbers =
            self.numbers.map(|listener| connections::serve(listener, numbers, shutdown.clone(), connections.clone()));
        tokio::join!(
            futures::future::OptionFuture::from(numbers),
            connections::serve(self.portal, portal, shutdown.clone(), connections.clone()),
            connections::serve(self.apps, apps, shutdown.clone(), connections.clone()),
            cleanup(&self.api, &shutdown),
        );
        // Streams of events have no end of their own.
        self.api.close();
        connections.close();
        tracing::info!(requests = connections.len(), tasks = self.tasks.running(), "stopping");
        // Requests first: they may still begin tasks.
        let ended = tokio::time::timeout(ENDING, async {
            connections.wait().await;
            self.tasks.end().await;
        });
        if ended.await.is_err() {
            tracing::warn!("something did not end in time; it is put in order at the next start");
        }
        if tokio::time::timeout(CLOSING, self.store.close()).await.is_err() {
            tracing::warn!("the database is in use still; its log is read at the next start");
        }
        tracing::info!(event = log_events::STOPPED, "stopped");
    }
}

async fn cleanup(api: &Api, shutdown: &CancellationToken) {
    loop {
        if let Err(error) = api.cleanup().await {
            tracing::warn!(%error, "housekeeping has to wait");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(HOUSEKEEPING) => {}
        }
    }
}

/// Runs the command to its end.
///
/// # Errors
/// [`Stop`].
pub async fn serve(options: &Serve) -> Result<(), Stop> {
    let metrics = Metrics::default();
    logs::begin(options.log_format, options.log_level, &metrics);
    raise_file_limit();
    let server = Server::open(options, metrics).await?;
    let shutdown = CancellationToken::new();
    let signals = Signals::listen().map_err(failed("signals cannot be received"))?;
    let empty = !server.any_account().await?;
    say_where(&server, options.demo, empty);
    tracing::info!(event = log_events::STARTED, version = env!("CARGO_PKG_VERSION"), "ready");
    if empty {
        tracing::warn!(
            event = log_events::NO_ACCOUNT,
            "nobody can sign in: make the first account with `padlock-server account add LOGIN --name NAME`"
        );
    }
    tokio::spawn(signals.then_cancel(shutdown.clone()));
    server.run(shutdown).await;
    Ok(())
}

/// How letters go out.
fn mail(options: &Serve, demo: Option<&Controls>) -> Result<Arc<dyn Mail>, Stop> {
    match (demo, &options.smtp_url, &options.mail_from) {
        (Some(demo), ..) => Ok(demo.outbox.clone()),
        (None, Some(url), Some(from)) => Ok(Arc::new(Smtp::new(url, from.clone()).map_err(Stop::Usage)?)),
        (None, ..) => {
            if settings::first_binding(options) == FirstBinding::Mail {
                tracing::warn!(
                    "no mail server is set up: nobody can enrol a second factor until --smtp-url names one, or \
                     --first-binding says password"
                );
            }
            Ok(Arc::new(NoMail))
        }
    }
}

fn say_where(server: &Server, demo: bool, empty: bool) {
    let (portal, apps) = (&server.origin, &server.apps_url);
    let mut text = format!("Padlock is ready.\n  The portal:    {portal}\n  Environments:  {apps}\n");
    if demo {
        let password = padlock_api::demo::PASSWORD;
        text += &format!("  Sign in as:    tess@padlock.example\n  Password:      {password}\n");
    }
    if empty {
        text += &format!("  {FIRST_STEPS}\n");
    }
    if let Some(address) = server.metrics_address() {
        text += &format!("  Metrics:       http://{address}/metrics\n");
    }
    text += "Ctrl-C stops it.\n";
    // Nobody may be reading: that is no reason to stop.
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

    /// The first ends the server in order, the second at once.
    async fn then_cancel(mut self, shutdown: CancellationToken) {
        self.next().await;
        shutdown.cancel();
        self.next().await;
        std::process::exit(130);
    }
}

async fn bind(option: &str, address: SocketAddr) -> Result<TcpListener, Stop> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "something listens there already".to_owned(),
            _ => error.to_string(),
        };
        Stop::Usage(format!("cannot listen on {address}: {why}; choose another with {option}"))
    })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, Stop> {
    listener.local_addr().map_err(failed("the listener has no address"))
}

fn failed<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Stop {
    move |error| Stop::Failed(format!("{what}: {error}"))
}

/// As many files as the system lets us, up to what we need. With fewer it works too, for fewer connections.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(FILES, |most| most.min(FILES));
    if limit.current.is_some_and(|current| current < wanted) {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum });
    }
}
