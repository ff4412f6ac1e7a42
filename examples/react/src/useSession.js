import { useEffect, useState } from 'react';
import { auth, start } from './auth.js';

/** The session as React state: `undefined` until known, then the session or null. */
export function useSession() {
  const [session, setSession] = useState();
  const [error, setError] = useState();

  useEffect(() => {
    let mounted = true; // StrictMode runs this effect twice; the code is redeemed once all the same
    const update = () => mounted && setSession(auth.session);
    start().then(update, (failure) => mounted && setError(failure));
    for (const event of ['login', 'renew', 'logout']) auth.addEventListener(event, update);
    return () => {
      mounted = false;
      for (const event of ['login', 'renew', 'logout']) auth.removeEventListener(event, update);
    };
  }, []);

  return { session, error };
}
