import type { EstateFile } from '../../rehearsal/estate/index.ts';

const MACHINE =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.(compute\/virtualmachines|hybridcompute\/machines)\/[^/]+$/i;
/** An association of this name is the endpoint's; any other name is free. */
const ENDPOINT_ASSOCIATION = 'configurationAccessEndpoint';

export interface RenamedEstate {
  readonly file: EstateFile;
  /** The new id of every machine, by its old one; both in lower case. */
  readonly ids: ReadonlyMap<string, string>;
}

/**
 * The same estate in which every machine has the name that another machine had, also across resource groups
 * and subscriptions, and no extension and no association has a name that says what it is. All else stays.
 */
export function renamed(file: EstateFile): RenamedEstate {
  const machines = [
    ...new Set(file.resources.filter(({ id }) => MACHINE.test(id)).map(({ id }) => id.toLowerCase())),
  ];
  const ids = shifted(machines);
  let children = 0;
  const byOldChild = new Map<string, string>();

  function newId(text: string): string {
    const lower = text.toLowerCase();
    const machine = lower.split('/').slice(0, 9).join('/');
    const target = ids.get(machine);
    if (target === undefined) return text;
    const child = /^(\/extensions\/|.*\/datacollectionruleassociations\/)([^/]+)$/i.exec(
      text.slice(machine.length),
    );
    if (child === null) return `${target}${text.slice(machine.length)}`;
    const [, type = '', name = ''] = child;
    if (name.toLowerCase() === ENDPOINT_ASSOCIATION.toLowerCase()) return `${target}${type}${name}`;
    const known = byOldChild.get(lower) ?? `thing-${children++}`;
    byOldChild.set(lower, known);
    return `${target}${type}${known}`;
  }

  function walk(value: unknown): unknown {
    if (typeof value === 'string') return value.startsWith('/') ? newId(value) : value;
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [newId(name), walk(inner)]));
  }

  const copy = walk(file) as EstateFile;
  const resources = copy.resources.map((resource) => {
    const changed = { ...resource, name: lastOf(resource.id) };
    if (!MACHINE.test(resource.id))
      return /\/(extensions|datacollectionruleassociations)\/[^/]+$/i.test(resource.id) ? changed : resource;
    const osProfile = (resource.properties as { osProfile?: object } | null | undefined)?.osProfile;
    return {
      ...changed,
      ...(osProfile && {
        properties: {
          ...resource.properties,
          osProfile: { ...osProfile, computerName: changed.name.slice(0, 15) },
        },
      }),
    };
  });
  return { file: { ...copy, resources }, ids };
}

/** Every machine under the name that another one has: the first shift of names that keeps ids apart. */
function shifted(machines: readonly string[]): Map<string, string> {
  const names = machines.map(lastOf);
  for (let by = 1; by < machines.length; by += 1) {
    const ids = new Map(
      machines.map((id, i) => [id, `${id.slice(0, id.lastIndexOf('/'))}/${names[(i + by) % names.length]}`]),
    );
    const apart = new Set(ids.values()).size === machines.length;
    if (apart && [...ids].every(([old, now]) => old !== now)) return ids;
  }
  throw new Error('the names of this estate cannot be exchanged');
}

function lastOf(id: string): string {
  return id.split('/').at(-1) ?? '';
}
