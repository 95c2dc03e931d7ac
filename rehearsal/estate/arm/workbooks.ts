import { dict } from '../json.ts';
import type { Route } from './call.ts';
import { notFound } from './errors.ts';
import { armView } from './view.ts';

const TYPE = 'Microsoft.Insights/workbooks';

/** Shared workbooks. Without `canFetchContent=true` Azure leaves the content out; seen in several public tools. */
export const workbooks: Route = {
  kinds: { read: 'workbook.read' },
  get: ({ state, path, query }) => {
    const found = state.others.get(path.id.toLowerCase());
    if (found === undefined) return notFound(path.id, TYPE);
    const { serializedData, ...properties } = dict(found.resource['properties']);
    const content = query.get('canFetchContent')?.toLowerCase() === 'true' ? { serializedData } : {};
    const body = armView(found.resource, found.id, TYPE, { ...properties, ...content });
    return { status: 200, body };
  },
};
