import { compareText, sortedSet } from '../convert/order.ts';
import type { Change } from './step.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What differs between two contents of rules, path by path, whatever order their lists are in. */
export function differences(before: unknown, after: unknown): readonly Change[] {
  return diff(comparable(before, ''), comparable(after, ''), '');
}

/**
 * Lists become trees by name, texts become sets: their order means nothing in a rule. What says nothing goes:
 * nulls, empty lists, and what the service adds or takes for granted. Settings of extensions stay as they are.
 */
function comparable(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    if (key === 'extensionSettings') return value;
    if (value.every((item) => typeof item === 'string')) return sortedSet(value);
    if (!value.every(isTree)) return value;
    const label = key === 'dataFlows' ? flowLabel : (item: Tree) => String(item['name'] ?? '');
    const named: Record<string, unknown> = {};
    for (const item of value) {
      const name = label(item);
      let place = `[${name}]`;
      for (let n = 2; place in named; n++) place = `[${name} ${n}]`;
      named[place] = comparable(item, key);
    }
    return named;
  }
  if (!isTree(value)) return value;
  const entries = Object.entries(withoutDefaults(value))
    .map(([name, entry]) => [name, comparable(entry, key === 'extensionSettings' ? key : name)] as const)
    .filter(([, entry]) => !saysNothing(entry))
    .map(([name, entry]) => [name, isId(name) ? String(entry).toLowerCase() : entry]);
  return Object.fromEntries(entries);
}

/** The customer id beside a workspace's resource id, and flows that spell out what holds without them. */
function withoutDefaults(value: Tree): Tree {
  const { workspaceId, transformKql, outputStream, ...rest } = value;
  const streams = Array.isArray(value['streams']) ? value['streams'] : [];
  const plain = String(transformKql ?? 'source').trim() === 'source';
  const same = streams.length === 1 && streams[0] === outputStream;
  return {
    ...rest,
    ...('workspaceResourceId' in value ? {} : { workspaceId }),
    ...(plain ? {} : { transformKql }),
    ...(same ? {} : { outputStream }),
  };
}

function flowLabel({ streams, outputStream }: Tree): string {
  const from = sortedSet((Array.isArray(streams) ? streams : []).map(String)).join('+');
  return typeof outputStream === 'string' && outputStream !== from ? `${from} to ${outputStream}` : from;
}

function diff(before: unknown, after: unknown, path: string): readonly Change[] {
  if (isTree(before) && isTree(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareText);
    return keys.flatMap((key) =>
      diff(before[key], after[key], path === '' || key.startsWith('[') ? `${path}${key}` : `${path}.${key}`),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isTexts(before) && isTexts(after)) {
    const [had, has] = [new Set(before), new Set(after)];
    return [{ path, before: before.filter((x) => !has.has(x)), after: after.filter((x) => !had.has(x)) }];
  }
  return [{ path, before: before ?? null, after: after ?? null }];
}

function isTree(value: unknown): value is Tree {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isTree(value) && Object.keys(value).length === 0;
}

function isId(name: string): boolean {
  return name === 'workspaceResourceId' || name === 'dataCollectionEndpointId';
}
