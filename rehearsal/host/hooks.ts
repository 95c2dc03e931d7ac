import type { LoadedEntry } from './entry.ts';

/** Runs the hooks that an app registered under a name, in order; they may change `context`. */
export async function runHooks(
  entry: LoadedEntry,
  name: 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation',
  context: Record<string, unknown>,
): Promise<void> {
  for (const hook of entry.hooks.get(name) ?? []) await hook(context);
}

/** Log hooks run at once: the entry they change is written right after. */
export function runLogHooks(entry: LoadedEntry, context: Record<string, unknown>): void {
  for (const hook of entry.hooks.get('log') ?? []) hook(context);
}
