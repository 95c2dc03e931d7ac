import { describe, expect, it } from 'vitest';
import type { DataException } from '../../../shared/model/data-exception.ts';
import { waiting } from '../../../shared/model/outcome.ts';
import type { ReasonCode } from '../../../shared/model/reasons.ts';
import type { Evidence, Verdict } from '../../../shared/model/verdict.ts';
import { withExceptions } from '../../../shared/verification/accept.ts';
import { aContext, at, aWaveMachine, WORKSPACE_ID } from '../../support/builders.ts';

const MACHINE = aWaveMachine('a');

function anException(changes: Partial<DataException> = {}): DataException {
  return {
    ...{ id: 'exception-1', machineIds: [MACHINE.planned.id], waveId: null, workspaceId: null, tables: null },
    ...{ by: 'ann', reason: 'the job moved', createdAt: at(-60), expiresAt: at(3600), revoked: null },
    ...changes,
  };
}

const evidence = (table: string, result: Evidence['result']): Evidence => ({
  ...{ query: 'q', workspaceId: WORKSPACE_ID, table, since: at(-60), until: at(0) },
  ...{ rows: 1, baselineRows: 9, lastRow: null, result },
});

async function judged(
  exceptions: readonly DataException[],
  reason: ReasonCode = 'rowsLost',
  found: readonly Evidence[] = [evidence('Event', 'fail'), evidence('Perf', 'pass')],
) {
  const verdict: Verdict = { result: 'fail', reason, evidence: found };
  const handler = withExceptions(async () => [
    {
      machineId: MACHINE.planned.id,
      step: { machineId: MACHINE.planned.id, outcome: waiting(reason, at(300)), patch: { verdict } },
    },
  ]);
  const [decision] = await handler(aContext({ exceptions }), [MACHINE]);
  return decision !== undefined && 'step' in decision ? decision.step : undefined;
}

describe('an exception', () => {
  it('lets a verdict pass, and stays with it', async () => {
    const step = await judged([anException()]);

    expect(step?.outcome).toEqual({ status: 'done', detail: 'accepted by ann: the job moved (exception-1)' });
    expect(step?.patch?.verdict).toMatchObject({
      result: 'fail',
      accepted: { id: 'exception-1', by: 'ann', expiresAt: at(3600) },
    });
  });

  it.each<[string, Partial<DataException>]>([
    ['the machine by its wave', { machineIds: null, waveId: 'wave-1' }],
    ['the workspace', { machineIds: null, workspaceId: WORKSPACE_ID }],
    ['the table', { tables: ['Event'] }],
    ['more tables than are open', { tables: ['Event', 'Syslog'] }],
  ])('counts for %s', async (_, changes) => {
    expect((await judged([anException(changes)]))?.outcome.status).toBe('done');
  });

  it.each<[string, Partial<DataException>]>([
    ['another machine', { machineIds: ['/other'] }],
    ['another wave', { waveId: 'wave-2' }],
    ['another workspace', { workspaceId: '/other' }],
    ['another table', { tables: ['Perf'] }],
    ['a time that is over', { expiresAt: at(0) }],
    ['nothing once it is revoked', { revoked: { by: 'bob', at: at(-1) } }],
  ])('of %s changes nothing', async (_, changes) => {
    expect((await judged([anException(changes)]))?.outcome.status).toBe('waiting');
  });

  it.each<ReasonCode>(['noHeartbeat', 'queryFailed'])('does not stand in for %s', async (reason) => {
    expect((await judged([anException()], reason))?.outcome.status).toBe('waiting');
  });

  it('of one table does not cover another that is open', async () => {
    const both = [evidence('Event', 'fail'), evidence('Perf', 'inconclusive')];

    expect((await judged([anException({ tables: ['Event'] })], 'rowsLost', both))?.outcome.status).toBe(
      'waiting',
    );
    expect(
      (await judged([anException({ tables: ['Event', 'Perf'] })], 'rowsLost', both))?.outcome.status,
    ).toBe('done');
  });

  it('of one table and another of the other cover both together, until the first of them expires', async () => {
    const both = [evidence('Event', 'fail'), evidence('Perf', 'inconclusive')];
    const event = anException({ tables: ['Event'] });
    const perf = anException({ id: 'exception-2', by: 'bob', tables: ['Perf'], expiresAt: at(60) });

    const step = await judged([event, perf], 'rowsLost', both);

    expect(step?.outcome.status).toBe('done');
    expect(step?.patch?.verdict?.accepted).toEqual({
      ...{ id: 'exception-1; exception-2', by: 'ann; bob', reason: 'the job moved', expiresAt: at(60) },
    });
    expect(
      (await judged([event, { ...perf, machineIds: ['/other'] }], 'rowsLost', both))?.outcome.status,
    ).toBe('waiting');
  });

  it('of a table or workspace does not cover a verdict without evidence', async () => {
    expect(
      (await judged([anException({ tables: ['Event'] })], 'unverifiableRules', []))?.outcome.status,
    ).toBe('waiting');
    expect((await judged([anException()], 'unverifiableRules', []))?.outcome.status).toBe('done');
  });
});
