import { type Described, judgedCall, type OpenApiDocument } from './described.ts';

export interface Placed {
  readonly verb: string;
  readonly path: string;
  /** The path with `none` for every parameter that is needed. */
  readonly address: string;
  readonly operation: Described;
}

/** The document that an app serves. */
export async function documentOf(host: Parameters<typeof judgedCall>[0]): Promise<OpenApiDocument> {
  return (await judgedCall(host, 'GET', '/openapi.json')).json as OpenApiDocument;
}

export function operationsOf(document: OpenApiDocument): Placed[] {
  return Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({
      ...{ verb: verb.toUpperCase(), path, operation },
      address: `${path.replace(/\{\w+\}/g, 'none')}${neededQuery(operation)}`,
    })),
  );
}

function neededQuery({ parameters = [] }: Described): string {
  const needed = parameters.filter((one) => one.in === 'query' && one.required === true);
  return needed.length === 0 ? '' : `?${needed.map(({ name }) => `${name}=none`).join('&')}`;
}

/** The body that the document shows. */
export function exampleOf({ requestBody }: Pick<Described, 'requestBody'>): object {
  return (requestBody?.content['application/json'] as { example?: object } | undefined)?.example ?? {};
}
