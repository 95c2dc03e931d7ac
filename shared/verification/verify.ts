import type { Verdicts } from '../ledger/verdicts.ts';
import type { StageHandler } from '../waves/stage.ts';
import { withExceptions } from './accept.ts';
import type { LogsGateway } from './gateway.ts';
import { createParity } from './parity/stage.ts';
import { createPresence, type Since } from './presence.ts';

export interface VerifyDependencies {
  readonly logs: LogsGateway;
  readonly verdicts: Verdicts;
}

export interface VerifyOptions {
  /** From when on the rows of a machine count as present. */
  readonly since: Since;
  /** From when on its rows are compared with those before the new agent; the association without it. */
  readonly comparedSince?: Since;
  /** Whether presence must show a rise over the baseline: only where that is the legacy agent alone. */
  readonly expectRise: boolean;
  /** Judges the machines given and no other batch, at once. */
  readonly alone?: boolean;
}

/** The data stages, by the proof that the plan asks for. */
export function createVerify(
  { logs, verdicts }: VerifyDependencies,
  { since, comparedSince = associated, expectRise, alone = false }: VerifyOptions,
): StageHandler {
  const presence = createPresence(logs, since, { expectRise });
  const parity = createParity({ logs, verdicts }, comparedSince, { alone });
  return withExceptions((context, machines) =>
    (context.policy.verification.proof === 'presence' ? presence : parity)(context, machines),
  );
}

const associated: Since = ({ record }) => record.associatedAt ?? undefined;
