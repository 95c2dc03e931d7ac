import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.ts';
import { appNow } from '../api.ts';
import { ago, when, whenExactly, word } from '../words.ts';

/** Colours say no more than the word in the badge does. */
const TONES: Readonly<Record<string, string>> = {
  progressing: 'info',
  planned: 'plain',
  awaitingApproval: 'ask',
  held: 'warn',
  degraded: 'bad',
  aborted: 'bad',
  completed: 'good',
  done: 'good',
  alreadyDone: 'good',
  skipped: 'plain',
  waiting: 'info',
  blocked: 'warn',
  failed: 'bad',
  pass: 'good',
  accepted: 'ask',
  inconclusive: 'warn',
  fail: 'bad',
  ready: 'info',
  alreadyMigrated: 'good',
  notApplicable: 'plain',
  action: 'bad',
  warning: 'warn',
  info: 'info',
  create: 'good',
  update: 'info',
  unchanged: 'plain',
  conflict: 'bad',
  lost: 'bad',
  changed: 'warn',
  off: 'plain',
  approver: 'ask',
  operator: 'info',
};

export function Badge({ term }: { readonly term: string }) {
  return <span class={`badge ${TONES[term] ?? 'plain'}`}>{word(term)}</span>;
}

interface CardProps {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Card({ title, aside, children, class: more = '' }: CardProps) {
  return (
    <section class={`card ${more}`}>
      <header class="card-head">
        <h2>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** An instant with the time that lies between it and now; the exact one is in its title. */
export function Time({
  at,
  plain = false,
}: {
  readonly at: string | null | undefined;
  readonly plain?: boolean;
}) {
  if (at == null) return <span class="quiet">–</span>;
  return (
    <time dateTime={at} title={whenExactly(at)}>
      {when(at)}
      {!plain && <span class="quiet"> · {ago(at, appNow())}</span>}
    </time>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children !== undefined && <p>{children}</p>}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="loading" role="status">
      <span class="bar" />
      <span class="bar short" />
      <span class="unseen">Loading {what}…</span>
    </div>
  );
}

export function Trouble({ error, again }: { readonly error: ApiError; readonly again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <strong>{error.message}</strong>
      </p>
      {error.faults.map(({ path, message }) => (
        <p key={path}>
          <code>{path}</code> {message}
        </p>
      ))}
      {error.code !== '' && <p class="quiet">Code {error.code}</p>}
      {again !== undefined && (
        <button type="button" class="plain" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

interface MeterProps {
  readonly label: string;
  readonly parts: readonly { readonly name: string; readonly n: number; readonly tone: string }[];
  readonly of: number;
}

/** A bar of parts; the numbers are in its label for those who do not see it. */
export function Meter({ label, parts, of }: MeterProps) {
  const shown = parts.filter(({ n }) => n > 0);
  const text = `${label}: ${shown.map(({ name, n }) => `${name} ${n}`).join(', ') || 'none'} of ${of}`;
  return (
    <span class="meter" role="img" aria-label={text}>
      {of > 0 &&
        shown.map(({ name, n, tone }) => (
          <span key={name} class={`part ${tone}`} style={{ width: `${(100 * n) / of}%` }} />
        ))}
    </span>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

export function Fact({ name, children }: FactProps) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
