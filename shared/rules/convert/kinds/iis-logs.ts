import { z } from 'zod';
import type { KindConverter, SettingsSource } from '../model.ts';
import { readProperties } from '../properties.ts';
import { converted, loss, originOf, type Read, readAll, wanted } from '../wanted.ts';

const Properties = z.object({ state: z.string() });

/** Written by Enable- and Disable-AzOperationalInsightsIISLogCollection; `Disabled` as in facts file 3.6. */
const OFF = ['onpremisedisabled', 'disabled'];

/** All of IIS on all machines: the setting has no directories, and neither has the rule. */
export const iisLogs: KindConverter = (sources) => {
  const { asked, losses } = readAll(sources, read);
  if (asked.length === 0) return converted([], losses);
  const all = wanted({ what: 'iisLog', os: 'windows', stream: 'Microsoft-W3CIISLog' }, asked);
  return converted([all], [...losses, ...asked.map(({ origin }) => loss(origin, 'siteNameNotFilled'))]);
};

function read(source: SettingsSource): Read<true> {
  const { value, losses } = readProperties(source, Properties);
  if (value === undefined) return { asked: [], losses };
  const state = value.state.trim().toLowerCase();
  const origin = originOf(source, 'state');
  if (state === 'onpremiseenabled') return { asked: [{ origin, value: true }], losses };
  const why = OFF.includes(state)
    ? loss(origin, 'disabled')
    : loss(origin, 'malformed', `state: ${value.state}`);
  return { asked: [], losses: [...losses, why] };
}
