import { afterEach } from 'vitest';
import type { EstateFile, OperationKind } from '../../rehearsal/estate/index.ts';
import { type Answer, openApi, type TestApi, takeInventory } from './contract/api.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field.
export type Json = any;

/** The app over an estate of which it has an inventory, and short calls. */
export function connectorScenario() {
  let open: TestApi | undefined;
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });

  function api(): TestApi {
    if (open === undefined) throw new Error('the scenario has no estate yet');
    return open;
  }

  return {
    api,
    async given(file: EstateFile): Promise<void> {
      open = await openApi(file);
      await takeInventory(open);
    },
    async post(path: string, body: unknown): Promise<Answer & { json: Json }> {
      return api().call('POST', path, { body });
    },
    async get(path: string): Promise<Json> {
      return (await api().call('GET', path)).json;
    },
    /** Changes of a kind that Azure accepted. */
    writes(kind: OperationKind): number {
      const all = api().session.estate.requestLog.entries({ kind });
      return all.filter(({ status }) => status < 300).length;
    },
  };
}
