// The yardstick: what a team would write with React, react-router, TanStack Query and qrcode.react for three of
// Padlock's screens: sign-in, a list with padlocks, a wizard with a QR code. Its API is Padlock's, as it answered.

import { useState } from "react";
import { createRoot } from "react-dom/client";
import { QueryClient, QueryClientProvider, useMutation, useQuery } from "@tanstack/react-query";
import { createBrowserRouter, Link, Navigate, Outlet, useNavigate, useParams } from "react-router";
import { RouterProvider } from "react-router/dom";
import { QRCodeSVG } from "qrcode.react";

async function api(path, options) {
  const answer = await fetch(`/api/v1${path}`, options);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function Padlock({ state }) {
  if (state === "none") return null;
  return (
    <svg className="padlock" data-state={state} viewBox="0 0 24 24" role="img" aria-label={state}>
      <path d="M7 11V8a5 5 0 0 1 10 0v3m-11 0h12v9H6z" />
    </svg>
  );
}

function SignIn() {
  const navigate = useNavigate();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => api("/sign-in", { method: "POST", body: JSON.stringify({ login, password }) }),
    onSuccess: () => navigate("/apps/shop/deploy"),
  });
  const send = (event) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <main className="sign-in">
      <h1>Sign in to Padlock</h1>
      <form onSubmit={send}>
        <label>
          Login <input name="login" autoComplete="username" value={login} onChange={(e) => setLogin(e.target.value)} />
        </label>
        <label>
          Password
          <input
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={(e) => setPassword(e.target.value)}
          />
        </label>
        {signIn.isError && <p role="alert">Login or password is not right.</p>}
        <button disabled={signIn.isPending}>Sign in</button>
      </form>
    </main>
  );
}

function Frame() {
  const session = useQuery({ queryKey: ["session"], queryFn: () => api("/session"), retry: false });
  if (session.isError) return <Navigate to="/sign-in" />;
  return (
    <>
      <header className="top-bar">
        <Link to="/">Padlock</Link>
        <span>{session.data?.account.name}</span>
      </header>
      <Outlet />
    </>
  );
}

function Card({ environment }) {
  const operations = ["restart", "stop"].map((name) => environment.operations.find((one) => one.name === name));
  return (
    <article className="card environment">
      <h3>{environment.name}</h3>
      <p>{environment.status}</p>
      <p className="version">{environment.package?.version}</p>
      <a href={environment.url}>{environment.url}</a>
      <footer>
        {operations.filter(Boolean).map((one) => (
          <button key={one.name} disabled={!one.allowed}>
            <Padlock state={one.padlock} /> {one.name}
          </button>
        ))}
      </footer>
    </article>
  );
}

function Deploy() {
  const { app } = useParams();
  const environments = useQuery({ queryKey: ["environments", app], queryFn: () => api(`/apps/${app}/environments`) });
  const packages = useQuery({ queryKey: ["packages", app], queryFn: () => api(`/apps/${app}/packages`) });
  const [enrols, setEnrols] = useState(false);
  if (environments.isPending) return <p>Loading…</p>;
  return (
    <main>
      <h1>Environments</h1>
      <ol className="line">
        {environments.data.items.map((environment) => (
          <li key={environment.id}>
            <Card environment={environment} />
          </li>
        ))}
      </ol>
      <button onClick={() => setEnrols(true)}>Enrol</button>
      {enrols && <Wizard onDone={() => setEnrols(false)} />}
      <table>
        <tbody>
          {packages.data?.items.map((one) => (
            <tr key={one.id}>
              <td>{one.version}</td>
              <td>{one.file_name}</td>
              <td>{one.size}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </main>
  );
}

function Wizard({ onDone }) {
  const [step, setStep] = useState(0);
  const [code, setCode] = useState("");
  return (
    <dialog open>
      <h2>Two-Factor Authentication</h2>
      {step === 0 && <button onClick={() => setStep(1)}>Use Google Authenticator</button>}
      {step === 1 && (
        <>
          <QRCodeSVG value="otpauth://totp/Padlock:tess?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Padlock" />
          <input inputMode="numeric" value={code} onChange={(e) => setCode(e.target.value)} />
          <button disabled={code.length !== 6} onClick={onDone}>
            Done
          </button>
        </>
      )}
    </dialog>
  );
}

const router = createBrowserRouter([
  { path: "/sign-in", Component: SignIn },
  {
    Component: Frame,
    children: [
      { path: "/", element: <Navigate to="/apps/shop/deploy" /> },
      { path: "/apps/:app/deploy", Component: Deploy },
    ],
  },
]);

createRoot(document.getElementById("root")).render(
  <QueryClientProvider client={new QueryClient()}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
