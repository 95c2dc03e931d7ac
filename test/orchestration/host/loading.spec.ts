import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness } from './harness.ts';

describe('loading an entry', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'host-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function entry(name: string, code: string): URL {
    const path = join(folder, name);
    writeFileSync(path, code);
    return pathToFileURL(path);
  }

  it('lists what was registered, with the trigger', async () => {
    const { host } = await startHarness();
    const triggers = Object.fromEntries(host.functions.map((fn) => [fn.name, fn.trigger]));
    const some = { hello: 'http', everyHour: 'timer', chain: 'orchestration', echo: 'activity' };
    expect(triggers).toMatchObject({ ...some, Counter: 'entity' });
    await host.stop();
  });

  it('hosts the same entry several times in one process', async () => {
    for (let i = 0; i < 3; i += 1) {
      const harness = await startHarness();
      expect(await harness.run('chain', 1)).toMatchObject({ output: 8 });
      await harness.host.stop();
      expect(harness.app.calls.at(-1)).toBe('appTerminate');
    }
  });

  it('says why an entry does not load', async () => {
    const url = entry('broken.mjs', "throw new Error('no such setting');");
    await expect(startHarness({ entry: url })).rejects.toThrow(/broken\.mjs failed to load: no such setting/);
    const missing = pathToFileURL(join(folder, 'missing.mjs'));
    await expect(startHarness({ entry: missing })).rejects.toThrow(/missing\.mjs failed to load/);
  });

  it('refuses an entry without functions', async () => {
    const url = entry('empty.mjs', 'export const nothing = 1;');
    await expect(startHarness({ entry: url })).rejects.toThrow(/registered no functions/);
  });

  it('refuses a store that another host uses', async () => {
    const store = join(folder, 'state.sqlite');
    const { host } = await startHarness({ store });
    await expect(startHarness({ store })).rejects.toThrow(/in use by another host/);
    host.kill();
    await (await startHarness({ store })).host.stop();
  });
});
