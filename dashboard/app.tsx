import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, key } from './api.ts';
import { InventoryPage } from './pages/inventory.tsx';
import { MachinePage } from './pages/machine.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { RuleSetPage, RuleSetsPage } from './pages/rule-sets.tsx';
import { WavePage } from './pages/wave.tsx';
import { Loading, Trouble } from './parts/basics.tsx';
import { type Route, to, useRoute } from './route.ts';
import { asksForKey, SignIn } from './sign-in.tsx';
import type { Me } from './types.ts';

type State =
  | { readonly at: 'starting' }
  | { readonly at: 'locked'; readonly trouble: string | undefined }
  | { readonly at: 'failed'; readonly error: ApiError }
  | { readonly at: 'open'; readonly me: Me };

export function App() {
  const [state, setState] = useState<State>({ at: 'starting' });

  async function enter() {
    // Without a key the call could only be refused.
    if (asksForKey() && key.get() === '') return setState({ at: 'locked', trouble: undefined });
    setState({ at: 'starting' });
    try {
      setState({ at: 'open', me: await get<Me>('/me') });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 401) {
        key.forget();
        setState({ at: 'locked', trouble: error.message });
      } else setState({ at: 'failed', error });
    }
  }
  useEffect(() => {
    void enter();
  }, []);

  switch (state.at) {
    case 'starting':
      return (
        <main class="boot" id="main">
          <Loading what="the dashboard" />
        </main>
      );
    case 'locked':
      return <SignIn trouble={state.trouble} onKey={enter} />;
    case 'failed':
      return (
        <main class="boot" id="main">
          <h1>AMA migration</h1>
          <Trouble error={state.error} again={enter} />
        </main>
      );
    case 'open':
      return <Shell me={state.me} onLeave={() => setState({ at: 'locked', trouble: undefined })} />;
  }
}

const LINKS = [
  ['overview', 'Overview', to.overview()],
  ['inventory', 'Inventory', to.inventory()],
  ['rulesets', 'Rule sets', to.ruleSets()],
] as const;

function Shell({ me, onLeave }: { readonly me: Me; readonly onLeave: () => void }) {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const place = `${route.page}/${route.id}/${route.query.get('id') ?? ''}`;
  useEffect(() => {
    // A new page begins at its heading, for the keyboard as for the eye; the first one leaves the focus alone.
    if (!first.current) {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [place]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={to.overview()}>
          <Logo />
          AMA migration
        </a>
        <nav aria-label="Main">
          {LINKS.map(([name, text, href]) => (
            <a key={name} href={href} aria-current={isAt(route, name) ? 'page' : undefined}>
              {text}
            </a>
          ))}
        </nav>
        <Who me={me} onLeave={onLeave} />
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        <Page route={route} me={me} key={place} />
      </main>
      <footer class="bottom">
        All times are UTC. The page shows what the app's ledger says; nothing on it changes Azure without a
        confirmation.
      </footer>
    </>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#1d4ed8" />
      <path d="M7 21h6l3-10 3 10h6" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" />
    </svg>
  );
}

function isAt({ page }: Route, name: string): boolean {
  return (
    page === name || (name === 'overview' && page === 'waves') || (name === 'inventory' && page === 'machine')
  );
}

function Page({ route, me }: { readonly route: Route; readonly me: Me }) {
  switch (route.page) {
    case 'overview':
      return <OverviewPage />;
    case 'waves':
      return <WavePage id={route.id} me={me} />;
    case 'machine':
      return <MachinePage id={route.query.get('id') ?? ''} wave={route.query.get('wave')} />;
    case 'inventory':
      return <InventoryPage query={route.query} />;
    case 'rulesets':
      return route.id === '' ? <RuleSetsPage /> : <RuleSetPage id={route.id} me={me} />;
    default:
      return (
        <>
          <h1>There is no such page</h1>
          <p>
            <a href={to.overview()}>To the overview</a>
          </p>
        </>
      );
  }
}

function Who({ me, onLeave }: { readonly me: Me; readonly onLeave: () => void }) {
  return (
    <div class="who">
      <span class="name">{me.name ?? 'Function key'}</span>
      <span class="quiet">{me.roles.join(', ')}</span>
      {key.get() !== '' && (
        <button
          type="button"
          class="plain small"
          onClick={() => {
            key.forget();
            onLeave();
          }}
        >
          Forget the key
        </button>
      )}
    </div>
  );
}
