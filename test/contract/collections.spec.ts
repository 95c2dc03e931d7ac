import { describe, expect, it } from 'vitest';
import { createEstateCredential, createInProcessHttpClient } from '../../rehearsal/estate/index.ts';
import { createCollectionGateway } from '../../shared/azure/collections.ts';
import { switchedOff } from '../../shared/connectors/collection.ts';
import type { Collection } from '../../shared/connectors/gateway.ts';
import { CLOUDS } from '../../shared/model/clouds.ts';
import { connectorEstate, DEFENDER_KIND, SENTINEL_KIND } from '../support/connectors.ts';
import { WORKSPACE } from '../support/small-estate.ts';
import { rig } from '../unit/estate/rig.ts';

function open() {
  const { estate } = rig(connectorEstate());
  const gateway = createCollectionGateway({
    ...{ credential: createEstateCredential(estate), cloud: CLOUDS.public },
    httpClient: createInProcessHttpClient(estate),
  });
  const read = async (): Promise<readonly Collection[]> => {
    const found = await gateway.read(WORKSPACE);
    if (!found.ok) throw new Error(found.trouble.message);
    return found.value;
  };
  return { estate, gateway, read };
}

const tiers = (all: readonly Collection[]) => all.map(({ kind, tier }) => [kind, tier]);

describe('legacy collection through the SDK', () => {
  it('is read with its version, written over that version, and read back', async () => {
    const { gateway, read } = open();
    const [sentinel] = await read();
    if (sentinel === undefined) throw new Error('no setting');

    const written = await gateway.write(WORKSPACE, switchedOff(sentinel));

    expect(sentinel.etag).toEqual(expect.any(String));
    expect(written).toEqual({ ok: true, value: 'written' });
    expect(tiers(await read())).toEqual([
      [SENTINEL_KIND, 'None'],
      [DEFENDER_KIND, 'Minimal'],
    ]);
  });

  it('that somebody changed since it was read is left as they set it', async () => {
    const { estate, gateway, read } = open();
    const [sentinel] = await read();
    if (sentinel === undefined) throw new Error('no setting');
    estate.mutate.setTier(WORKSPACE, SENTINEL_KIND, 'Minimal');

    const written = await gateway.write(WORKSPACE, switchedOff(sentinel));

    expect(written).toEqual({ ok: true, value: 'changed' });
    expect(tiers(await read())[0]).toEqual([SENTINEL_KIND, 'Minimal']);
  });

  it('of a workspace that is not there is trouble', async () => {
    const { gateway } = open();

    expect(await gateway.read(`${WORKSPACE}-none`)).toMatchObject({
      ok: false,
      trouble: { code: 'notFound' },
    });
  });
});
