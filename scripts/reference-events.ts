import { typeName } from '../shared/events/cloud-event.ts';
import { EVENT_TYPES, EVENTS, SEVERITIES } from '../shared/model/event.ts';
import { DEAD_LETTER_REASONS } from '../shared/model/subscription.ts';

/** The page about events, made from their table. */
export function eventsPage(): string {
  const rows = EVENT_TYPES.map((type) => {
    const { severity, text, fields } = EVENTS[type];
    const data = fields.map((field) => `\`${field}\``).join(', ');
    return `| \`${typeName(type)}\` | ${severity} | ${text} | ${data} |`;
  });
  const reasons = Object.entries(DEAD_LETTER_REASONS).map(([code, text]) => `| \`${code}\` | ${text} |`);
  return [
    '# Events',
    '',
    'Made from `shared/model/event.ts` by `node scripts/reference-docs.ts`; change the table there.',
    '[How to hear of them](../how-to/events.md) says how to subscribe and how to receive them.',
    '',
    `Filters name a type without \`${typeName('wave.held').replace('wave.held', '')}\`. A type keeps its meaning; fields may be added.`,
    `Severities are ${SEVERITIES.map((one) => `\`${one}\``).join(', ')}; \`wave.gateJudged\`, \`wave.completed\` and \`run.finished\` have the one that the result asks for.`,
    'All have `message`, `severity` and `links` in `data`, and `planId`, `waveId` and `dryRun` where they are of a plan or wave; those of waves have `phase` and `step`, those of runs `state`.',
    'An event has at most 64 KiB; one that would be larger goes without its lists and says `shortened`.',
    '',
    '| type | severity | when | data |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '## Why an event is a dead letter',
    '',
    '| reason | meaning |',
    '| --- | --- |',
    ...reasons,
    '',
  ].join('\n');
}
