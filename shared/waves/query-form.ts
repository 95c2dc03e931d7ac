import { normalizeRegion } from '../model/ids.ts';
import type { Machine } from '../model/machine.ts';

/**
 * The one form in which queries and machines are compared. ARM ids, groups, regions and tag names differ in
 * case from one source to the next, and a query that excludes machines must not miss one for that.
 */
export function machineForm(machine: Machine): unknown {
  return formOf(machine, '');
}

/** A checked query in the same form. */
export function queryForm(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return conditionForm(query, '') as Record<string, unknown>;
}

function conditionForm(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((item) => conditionForm(item, field));
  if (value === null || typeof value !== 'object') return textForm(value, field);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (name.startsWith('$')) return [name, conditionForm(part, field)];
      const [first = ''] = name.split('.');
      const whole = field === '' ? first : field;
      return [pathForm(name, field), conditionForm(part, whole)];
    }),
  );
}

/** The name of a tag can hold dots, which a path cannot. */
function pathForm(path: string, field: string): string {
  if (field === '' && path.startsWith('tags.')) return `tags.${tagForm(path.slice('tags.'.length))}`;
  return field === 'tags' ? tagForm(path) : path;
}

function formOf(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((item) => formOf(item, field));
  if (value === null || typeof value !== 'object') return textForm(value, field);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      field === 'tags' ? tagForm(name) : name,
      formOf(part, field === '' ? name : field),
    ]),
  );
}

function textForm(value: unknown, field: string): unknown {
  if (typeof value !== 'string') return value;
  return field === 'region' ? normalizeRegion(value) : value.toLowerCase();
}

function tagForm(name: string): string {
  return name.toLowerCase().replaceAll('.', '\u0000');
}
