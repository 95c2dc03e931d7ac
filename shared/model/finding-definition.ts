import type { Needs } from './reasons.ts';

/** `action`: something will be lost or come back unless a person acts. `warning`: look. `info`: good to know. */
export type Severity = 'action' | 'warning' | 'info';

export interface FindingDefinition {
  readonly severity: Severity;
  /** What was found, one sentence. */
  readonly text: string;
  /** What to do about it, one sentence. */
  readonly action: string;
  readonly needs: Needs;
}
