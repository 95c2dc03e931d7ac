import { z } from 'zod';
import type { Estate, EstateFile } from '../../rehearsal/estate/index.ts';
import type { SessionOptions } from '../../rehearsal/session.ts';
import type { scenario } from './scenario.ts';
import { smallEstate } from './small-estate.ts';

type Scenario = ReturnType<typeof scenario>;

export const Run = z.looseObject({
  id: z.string(),
  status: z.string(),
  problem: z.string().nullable(),
  inventoryId: z.string(),
  previousRunId: z.string().nullable(),
  machines: z.object({ migrated: z.number(), seen: z.number() }).nullable(),
  counts: z.record(z.string(), z.number()).nullable(),
  implausible: z.array(z.string()),
  remedies: z.array(
    z.looseObject({
      kind: z.string(),
      about: z.string(),
      findings: z.number(),
      machines: z.number(),
      status: z.string(),
      reason: z.string().nullable(),
      waveId: z.string().nullable(),
      by: z.string().nullable(),
    }),
  ),
});
export type Run = z.infer<typeof Run>;

export const Finding = z.looseObject({
  code: z.string(),
  severity: z.string(),
  subject: z.object({ kind: z.string(), id: z.string() }),
  detail: z.string().optional(),
  via: z.array(z.looseObject({ kind: z.string() })).optional(),
  remedy: z.string().nullable(),
  since: z.string(),
});
export type Finding = z.infer<typeof Finding>;

const Started = z.object({ id: z.string() });
const SIX_HOURS = 360;

/** A fleet that was migrated, what drifts, and the check that finds it; over the words of `scenario`. */
export function driftScenario({ given, when, then, here }: Scenario) {
  const self = {
    /** Inventory, plan and waves to the end; the plan's policy is what remedies run under. */
    async aMigratedFleet(
      file: EstateFile = smallEstate(),
      { policy = {}, options = {} }: { policy?: object; options?: Partial<SessionOptions> } = {},
    ): Promise<void> {
      await given.anEstate(file, options);
      await given.aPlan({ policy });
      await when.theWaveStarts();
      await when.theWaveRunsToItsEnd();
      await then.theWaveIs('completed');
      // The last words of the agents that went are old then.
      await when.timePasses({ minutes: SIX_HOURS });
    },

    async theCheckRuns(): Promise<Run> {
      const { api } = here();
      const { body } = await api.post('/drift', Started, { by: 'olive operator' });
      return self.theCheckEnds(body.id);
    },

    async theCheckEnds(id: string): Promise<Run> {
      const { api, participant } = here();
      for (let looks = 0; looks < 1000; looks += 1) {
        const { body } = await api.get(`/drift/${id}`, Run);
        if (body.status !== 'running') return body;
        await participant.sleep(30_000);
      }
      throw new Error(`the drift check ${id} does not end`);
    },

    async findings(id = 'latest'): Promise<Finding[]> {
      const Page = z.object({ findings: z.array(Finding), next: z.string().optional() });
      const all: Finding[] = [];
      for (let after = ''; ; ) {
        const path = `/drift/${id}/findings?limit=1000${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
        const { body } = await here().api.get(path, Page);
        all.push(...body.findings);
        if (body.next === undefined) return all;
        after = body.next;
      }
    },

    async policy(policy: object): Promise<void> {
      const body = { by: 'anna approver', reason: 'agreed', policy };
      await here().api.post('/drift-policy', z.unknown(), body);
    },

    /** A person starts what a run proposes, and the wave of it runs to its end. */
    async theRemedyIsStarted(run: Run, kind: string): Promise<Run> {
      const path = `/drift/${run.id}/remedies/${kind}/start`;
      const { body } = await here().api.post(path, Run, { by: 'olive operator' });
      const waveId = body.remedies.find((one) => one.kind === kind)?.waveId ?? '';
      if (waveId !== '') await self.theWaveEnds(waveId);
      return body;
    },

    async theWaveEnds(waveId: string): Promise<void> {
      here().waveId = waveId;
      await when.theWaveRunsToItsEnd();
      await then.theWaveIs('completed');
      await when.timePasses({ minutes: SIX_HOURS });
    },
  };
  return self;
}

/** What somebody with rights of their own does in Azure, past the app. */
export async function someone(
  session: { readonly estate: Estate },
  method: 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<void> {
  const headers = {
    authorization: `Bearer ${session.estate.issueToken()}`,
    'content-type': 'application/json',
  };
  const url = `https://management.azure.com${path}`;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const answer = await session.estate.handle({ method, url, headers, body: text });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
}
