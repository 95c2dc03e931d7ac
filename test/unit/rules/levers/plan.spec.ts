import { describe, expect, it } from 'vitest';
import { tableStep } from '../../../../shared/rules/deploy/table-step.ts';
import { writeTable } from '../../../../shared/rules/deploy/write.ts';
import { fakeRuleGateway } from '../../../support/rules/fake-gateway.ts';

const WORKSPACE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w';
const COLUMNS = [{ name: 'TimeGenerated', type: 'datetime' }];
const WANTED = { name: 'App_AMA_CL', columns: COLUMNS, plan: 'Basic' } as const;
const found = (plan: string) => ({
  ...{ name: 'App_AMA_CL', columns: COLUMNS, classic: false, plan },
  state: 'ready' as const,
});

describe('a table that was chosen for the Basic plan', () => {
  it('is made with it', async () => {
    const { gateway, tables } = fakeRuleGateway();

    const made = await writeTable(gateway, tableStep(WORKSPACE, WANTED, undefined));

    expect(made).toEqual({ ok: true, value: 'ready' });
    expect(tables.get('app_ama_cl')).toMatchObject({ plan: 'Basic' });
  });

  it('keeps the plan it has where it is there, and says what to do', () => {
    expect(tableStep(WORKSPACE, WANTED, found('Analytics'))).toMatchObject({
      action: 'unchanged',
      why: expect.stringContaining('--plan Basic'),
    });
  });

  it('is as it should be with that plan', () => {
    expect(tableStep(WORKSPACE, WANTED, found('basic'))).not.toHaveProperty('why');
  });

  it('that nobody chose is made with the default plan', async () => {
    const { gateway, tables } = fakeRuleGateway();
    const { plan: _, ...plain } = WANTED;

    await writeTable(gateway, tableStep(WORKSPACE, plain, undefined));

    expect(tables.get('app_ama_cl')).not.toHaveProperty('plan');
    expect(tableStep(WORKSPACE, plain, found('Auxiliary'))).not.toHaveProperty('why');
  });
});
