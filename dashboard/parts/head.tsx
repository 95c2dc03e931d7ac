import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import type { Polled } from '../use-poll.ts';

interface HeadProps {
  readonly title: string;
  readonly lead?: ComponentChildren;
  /** The answer that the page stands on: it says how fresh the page is. */
  readonly polled?: Pick<Polled<unknown>, 'data' | 'error' | 'at'>;
  readonly children?: ComponentChildren;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export function Head({ title, lead, polled, children }: HeadProps) {
  useEffect(() => {
    document.title = `${title} – AMA migration`;
  }, [title]);
  return (
    <header class="page-head">
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </div>
      {children}
      {polled !== undefined && <Freshness {...polled} />}
    </header>
  );
}

function Freshness({ error, at }: { readonly error: ApiError | undefined; readonly at: number | undefined }) {
  if (at === undefined) return null;
  const text = clock.format(at);
  return error === undefined ? (
    <p class="fresh" title="When the app was last asked, by this computer's clock">
      <span class="dot" /> Live · {text}
    </p>
  ) : (
    <p class="fresh stale" role="alert">
      <span class="dot" /> {error.message} What is shown is of {text}.
    </p>
  );
}
