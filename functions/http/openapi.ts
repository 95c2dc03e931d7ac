import type { HttpResponseInit } from '@azure/functions';
import { endpoint, readQuery } from './endpoint.ts';
import { OpenApiQuery } from './schemas.ts';

/** `GET /openapi.json`: what this API is, for tools. The descriptions are loaded here and by nothing else. */
export const getOpenApi = endpoint(async ({ request }): Promise<HttpResponseInit> => {
  const { format } = readQuery(request, OpenApiQuery);
  if (format === 'openapi') {
    const { openApiDocument } = await import('./openapi/document.ts');
    return { jsonBody: openApiDocument() };
  }
  const { flowConnector } = await import('./openapi/flow-connector.ts');
  return { jsonBody: flowConnector(new URL(request.url)) };
});
