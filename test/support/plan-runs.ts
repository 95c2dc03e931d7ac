import { z } from 'zod';
import type { Api } from '../../rehearsal/drive/api.ts';
import type { Participant } from '../../rehearsal/participant.ts';

export const RunView = z.object({
  id: z.string(),
  planId: z.string(),
  state: z.string(),
  message: z.string(),
  waves: z.number(),
  currentWave: z.object({ index: z.number(), phase: z.string().nullable() }),
  holds: z.array(z.object({ kind: z.string(), reason: z.string() })),
  promotions: z.array(z.object({ wave: z.number(), by: z.string(), at: z.string() })),
  finishedAt: z.string().nullable(),
});
export type RunView = z.infer<typeof RunView>;

/** A client of one run of a plan. */
export async function startRun(api: Api, planId: string, body: object, key?: string) {
  const Started = z.object({ id: z.string() });
  const { body: started } = await api.post(`/plans/${planId}/runs`, Started, body, key);
  const path = `/plans/${planId}/runs/${started.id}`;
  const look = async () => (await api.get(path, RunView)).body;
  return {
    id: started.id,
    look,
    verb: async (name: string, text: object) => (await api.post(`${path}/${name}`, RunView, text)).body,

    /** Time passes until the run looks as wanted. */
    async reaches(
      participant: Pick<Participant, 'sleep'>,
      wanted: string | ((run: RunView) => boolean),
    ): Promise<RunView> {
      for (let looks = 0; looks < 5000; looks += 1) {
        const run = await look();
        if (typeof wanted === 'string' ? run.state === wanted : wanted(run)) return run;
        await participant.sleep(300_000);
      }
      throw new Error(`the run stays as it is: ${JSON.stringify(await look())}`);
    },
  };
}
