import { STAGES } from '../model/stages.ts';

type Counts = Readonly<Partial<Record<string, Readonly<Partial<Record<string, number>>>>>>;
type Paint = (tone: 'good' | 'bad' | 'rest', text: string) => string;

const WIDTH = 24;
const SHOWN = STAGES.filter((stage) => stage !== 'disableConnector');

/** The stages of a wave as bars of text; `paint` colours them, or does not. */
export function stageBars(counts: Counts, machines: number, paint: Paint): string[] {
  const total = Math.max(1, machines);
  return SHOWN.map((stage) => {
    const { good, bad, rest } = stageSums(counts[stage]);
    const filled = Math.round((good / total) * WIDTH);
    const red = Math.min(WIDTH - filled, Math.ceil((bad / total) * WIDTH));
    const bar = [
      paint('good', '█'.repeat(filled)),
      paint('bad', '█'.repeat(red)),
      paint('rest', '░'.repeat(WIDTH - filled - red)),
    ].join('');
    return `  ${stage.padEnd(10)} ${bar} ${String(good).padStart(5)}/${machines}${rest}`;
  });
}

/** The same as one line: the last two stages that any machine has reached. */
export function stageLine(counts: Counts, machines: number): string {
  const reached = SHOWN.filter((stage) => counts[stage] !== undefined);
  return reached
    .slice(-2)
    .map((stage) => {
      const { good, rest } = stageSums(counts[stage]);
      return `${stage} ${good}/${machines}${rest}`;
    })
    .join(', ');
}

function stageSums(row: Counts[string] = {}): { good: number; bad: number; rest: string } {
  const of = (status: string) => row[status] ?? 0;
  const others = (['waiting', 'skipped', 'blocked', 'failed'] as const)
    .filter((status) => of(status) > 0)
    .map((status) => `${of(status)} ${status}`);
  return {
    good: of('done') + of('alreadyDone'),
    bad: of('failed') + of('blocked'),
    rest: others.length === 0 ? '' : ` (${others.join(', ')})`,
  };
}
