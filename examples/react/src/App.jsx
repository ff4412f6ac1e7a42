import { useEffect, useState } from 'react';
import { api, auth } from './auth.js';
import { useSession } from './useSession.js';

export function App() {
  const { session, error } = useSession();
  if (error) return <LoginFailed error={error} />;
  if (session === undefined) return <p>One moment …</p>;
  if (session === null) {
    const here = { appState: { path: location.pathname } };
    return <button onClick={() => auth.login(here)}>Log in</button>;
  }
  return (
    <>
      <Greeting />
      <button onClick={() => auth.logout()}>Log out</button>
    </>
  );
}

function Greeting() {
  const [user, setUser] = useState();
  useEffect(() => {
    const left = new AbortController();
    api('/api/v2/users/me', { signal: left.signal })
      .then((answer) => answer.json())
      .then(setUser, (failure) => left.signal.aborted || console.error(failure));
    return () => left.abort();
  }, []);
  return <h1>{user ? `Hello, ${user.name}` : 'Hello'}</h1>;
}

function LoginFailed({ error }) {
  return (
    <>
      <p role="alert">{error.message}</p>
      {error.page && <p><a href={error.page}>What this means, and what to do</a></p>}
      <button onClick={() => auth.login()}>Try again</button>
    </>
  );
}
