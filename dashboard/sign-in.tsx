import { useState } from 'preact/hooks';
import { key } from './api.ts';

/** Whether the app asks for a function key; the page is told when it is served. */
export function asksForKey(): boolean {
  return document.documentElement.dataset['lock'] !== 'sign-in';
}

interface SignInProps {
  /** What was wrong with the try before. */
  readonly trouble: string | undefined;
  readonly onKey: () => void;
}

/** The way in: the sign-in of the platform, or a key that stays in this tab. */
export function SignIn({ trouble, onKey }: SignInProps) {
  const [value, setValue] = useState('');
  const lock = document.documentElement.dataset['lock'];
  return (
    <main class="sign-in" id="main">
      <h1>AMA migration</h1>
      {trouble !== undefined && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {lock !== 'key' && (
        <p>
          <a class="button" href="/.auth/login/aad?post_login_redirect_uri=/api/dashboard">
            Sign in with Microsoft Entra ID
          </a>
        </p>
      )}
      {lock !== 'sign-in' && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            key.set(value.trim());
            onKey();
          }}
        >
          <label>
            Function key
            <input
              type="password"
              autocomplete="off"
              required
              value={value}
              onInput={(event) => setValue(event.currentTarget.value)}
            />
          </label>
          <p class="hint">
            It is kept in this tab until you close it, and sent in a header with each request. Keys are under
            “App keys” of the Functions app.
          </p>
          <button type="submit">Open the dashboard</button>
        </form>
      )}
    </main>
  );
}
