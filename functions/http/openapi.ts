import type { HttpResponseInit } from '@azure/functions';
import { CLOUDS } from '../../shared/model/clouds.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { OpenApiQuery } from './schemas.ts';

/** `GET /openapi.json`: what this API is, for tools. The descriptions are loaded here and by nothing else. */
export const getOpenApi = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { format, tenant } = readQuery(request, OpenApiQuery);
  if (format === 'openapi') {
    const { openApiDocument } = await import('./openapi/document.ts');
    return { jsonBody: openApiDocument() };
  }
  const { flowConnector } = await import('./openapi/flow-connector.ts');
  const signIn = tenant === undefined ? undefined : `${CLOUDS[app.settings.cloud].authorityHost}/${tenant}`;
  return { jsonBody: flowConnector(new URL(request.url), { signIn }) };
});
