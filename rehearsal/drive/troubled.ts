import { type Api, type OutcomeView, WaveMachines, type WaveView } from './api.ts';

export interface TroubledMachine {
  readonly machineId: string;
  readonly wave: number;
  readonly stage: string;
  readonly status: 'blocked' | 'failed' | 'kept';
  readonly reason: string;
  readonly detail: string | undefined;
  readonly text: string | undefined;
}

/** Every machine a wave did not bring to its end, with the first stage that stopped it. */
export async function collectTroubled(api: Api, waves: readonly WaveView[]): Promise<TroubledMachine[]> {
  const troubled: TroubledMachine[] = [];
  for (const wave of waves) {
    for (const status of ['blocked', 'failed', 'skipped'] as const) {
      let after = '';
      do {
        const query = `?limit=1000&status=${status}${after === '' ? '' : `&after=${after}`}`;
        const { body } = await api.get(`/waves/${wave.id}/machines${query}`, WaveMachines);
        for (const { machineId, outcomes } of body.machines) {
          const found = firstTrouble(outcomes, status);
          if (found !== undefined) troubled.push({ machineId, wave: wave.index, ...found });
        }
        after = body.next ?? '';
      } while (after !== '');
    }
  }
  return troubled.sort((a, b) => (a.machineId < b.machineId ? -1 : 1));
}

type Outcomes = Readonly<Record<string, OutcomeView>>;

function firstTrouble(
  outcomes: Outcomes,
  status: 'blocked' | 'failed' | 'skipped',
): Omit<TroubledMachine, 'machineId' | 'wave'> | undefined {
  const entries = Object.entries(outcomes);
  if (status === 'skipped') {
    // A skip that follows a block is only its shadow; a kept agent is news.
    const kept = entries.find(([stage, outcome]) => stage === 'uninstall' && outcome.status === 'skipped');
    const reason = kept?.[1].reason;
    if (kept === undefined || reason === 'earlierStage' || reason === 'aborted') return undefined;
    const { detail, text } = kept[1];
    return { stage: 'uninstall', status: 'kept', reason: reason ?? '', detail, text };
  }
  const found = entries.find(([, outcome]) => outcome.status === status);
  if (found === undefined) return undefined;
  const [stage, outcome] = found;
  return {
    stage,
    status,
    reason: outcome.reason ?? outcome.code ?? '',
    detail: outcome.detail,
    text: outcome.text,
  };
}
